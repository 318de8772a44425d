import { appLanguageApiRef, useApi } from '@backstage/frontend-plugin-api';

/**
 * The language of the app, for numbers and dates. A component that also uses `useTranslationRef` follows its changes.
 */
export function useLanguage(): string {
  return useApi(appLanguageApiRef).getLanguage().language;
}
