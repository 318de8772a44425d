import { TranslationFunction } from '@backstage/frontend-plugin-api';
import { dynatraceMessages, dynatraceTranslationRef } from '../translation';
import { answerText } from './answerText';

type Family = 'column' | 'fact' | 'chart' | 'table';

type MessageKey<F extends Family> =
  `${F}.${keyof (typeof dynatraceMessages)[F] & string}`;

function isKnown<F extends Family>(
  family: F,
  key: string,
): key is keyof (typeof dynatraceMessages)[F] & string {
  return Object.hasOwn(dynatraceMessages[family], key);
}

/**
 * A title of the answer in the language of the app, or the English one of the answer where there is no translation. Cards
 * have different titles for the same key, so the English title must be the one that was translated.
 *
 * @param family - what it is the title of
 * @param key - its key in the answer
 * @param title - the English title in the answer
 */
export function translated(
  family: Family,
  key: string,
  title: string,
  t: TranslationFunction<typeof dynatraceTranslationRef.T>,
): string {
  const messages: Readonly<Record<string, string>> = dynatraceMessages[family];
  return isKnown(family, key) && messages[key] === title
    ? t(`${family}.${key}` as MessageKey<'column'>)
    : answerText(title, t);
}
