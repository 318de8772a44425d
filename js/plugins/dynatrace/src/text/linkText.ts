import { TranslationFunction } from '@backstage/frontend-plugin-api';
import { LinkCell } from '@grailstage/backstage-plugin-dynatrace-common';
import { dynatraceTranslationRef } from '../translation';
import { answerText } from './answerText';

/** What Rust writes on links that lead to something rather than name it. */
const requests = new Set(['Show logs']);

/**
 * What a link says: a name as it is, also where a word of ours reads the same, and a request in the language of the app.
 */
export function linkText(
  { text }: Pick<LinkCell, 'text'>,
  t: TranslationFunction<typeof dynatraceTranslationRef.T>,
): string {
  return requests.has(text) ? answerText(text, t) : text;
}
