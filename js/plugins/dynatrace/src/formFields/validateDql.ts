import { translationApiRef } from '@backstage/frontend-plugin-api';
import { CustomFieldValidator } from '@backstage/plugin-scaffolder-react';
import { dynatraceApiRef } from '../api';
import { dynatraceTranslationRef } from '../translation';
import { describeFinding } from './describeFinding';
import { DqlFieldOptions } from './DqlFieldOptions';

/**
 * Keeps a form from going on with a query that has mistakes. Where the backend cannot say so, the action will.
 */
export const validateDql: CustomFieldValidator<
  string,
  DqlFieldOptions
> = async (query, validation, { apiHolder, uiSchema }) => {
  const api = apiHolder.get(dynatraceApiRef);
  const texts = apiHolder
    .get(translationApiRef)
    ?.getTranslation(dynatraceTranslationRef);
  if (!api || !texts?.ready || !query?.trim()) {
    return;
  }
  const dialect = uiSchema?.['ui:options']?.dialect;
  const inspection = await api
    .checkDql({ query, ...(dialect && { dialect }) })
    .catch(() => undefined);
  for (const finding of inspection?.findings ?? []) {
    if (finding.severity === 'error') {
      validation.addError(describeFinding(finding, texts.t));
    }
  }
};
