import { TranslationFunction } from '@backstage/frontend-plugin-api';
import { answerTexts } from '../answerTexts';
import { dynatraceTranslationRef } from '../translation';

/** The key of a text: itself, with hyphens between its words. */
export function answerTextKey(text: string): string {
  return text.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
}

/**
 * A text of an answer in the language of the app: a title, a word for a state, a definition. One that is not known, and
 * whatever comes from Dynatrace, stays as it is.
 */
export function answerText(
  text: string,
  t: TranslationFunction<typeof dynatraceTranslationRef.T>,
): string {
  const key = answerTextKey(text);
  if (isKnown(key) && answerTexts[key] === text) {
    return t(`answer.${key}`);
  }
  // A level and its definition, for example.
  const end = text.indexOf('. ');
  return end < 0
    ? text
    : `${answerText(text.slice(0, end), t)}. ${answerText(text.slice(end + 2), t)}`;
}

function isKnown(key: string): key is keyof typeof answerTexts {
  return Object.hasOwn(answerTexts, key);
}
