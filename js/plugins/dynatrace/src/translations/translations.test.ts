import { mockApis } from '@backstage/frontend-test-utils';
import { answerTexts } from '../answerTexts';
import { answerText, answerTextKey } from '../text/answerText';
import { dynatraceMessages, dynatraceTranslationRef } from '../translation';
import german from './de';

interface Messages {
  readonly [key: string]: string | Messages;
}

function flatten(messages: Messages, prefix = ''): Array<[string, string]> {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[prefix + key, value] as [string, string]]
      : flatten(value, `${prefix}${key}.`),
  );
}

function marks(text: string, mark: RegExp): string[] {
  return [...text.matchAll(mark)].map(([found]) => found).toSorted();
}

const english = flatten(dynatraceMessages);
const germanTexts = new Map<string, string>(Object.entries(german));

describe('German', () => {
  it.each(english)(
    'has `%s` with the same placeholders and code',
    (key, text) => {
      const translation = germanTexts.get(key);
      expect({ key, isTranslated: Boolean(translation?.trim()) }).toEqual({
        key,
        isTranslated: true,
      });
      for (const mark of [/{{\w+}}/g, /`[^`]+`/g]) {
        expect(marks(translation ?? '', mark)).toEqual(marks(text, mark));
      }
    },
  );

  it('has no text that English lacks', () => {
    const known = new Set(english.map(([key]) => key));
    expect([...germanTexts.keys()].filter(key => !known.has(key))).toEqual([]);
  });
});

describe('texts of answers', () => {
  it.each(Object.entries(answerTexts))(
    'have their own text as key: %s',
    (key, text) => {
      expect(answerTextKey(text)).toBe(key);
    },
  );

  it('are translated by themselves, in two parts too; others stay', () => {
    const snapshot = mockApis
      .translation()
      .getTranslation(dynatraceTranslationRef);
    if (!snapshot.ready) {
      throw new Error('the translations are not ready');
    }
    const translate = (key: string) =>
      germanTexts.get(key) ?? snapshot.t(key as 'card.retry');
    const t = translate as unknown as typeof snapshot.t;
    expect(answerText('Median duration', t)).toBe('Mediandauer');
    expect(answerText('behind production', t)).toBe('hinter der Produktion');
    expect(answerText('Elite. Failed deployments', t)).toBe(
      'Elite. Fehlgeschlagene Deployments',
    );
    expect(answerText('MEDIAN duration', t)).toBe('MEDIAN duration');
    expect(answerText('constructor', t)).toBe('constructor');
  });
});
