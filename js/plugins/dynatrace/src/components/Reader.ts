import { TranslationFunction } from '@backstage/frontend-plugin-api';
import { dynatraceTranslationRef } from '../translation';

/**
 * For whom texts are drawn.
 */
export interface Reader {
  t: TranslationFunction<typeof dynatraceTranslationRef.T>;
  language: string;
}
