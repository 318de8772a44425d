import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import { useCallback, useEffect } from 'react';
import { dynatraceApiRef } from '../api';
import { useAnswer } from '../hooks/useAnswer';
import { dynatraceTranslationRef } from '../translation';
import { ChoiceField } from './ChoiceField';
import { describeField } from './describeField';

/**
 * Chooses one of the configured Dynatrace environments. The only one is chosen by itself.
 */
export function DynatraceEnvironmentPicker(
  props: FieldExtensionComponentProps<string>,
) {
  const { formData, onChange } = props;
  const api = useApi(dynatraceApiRef);
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const ask = useCallback(
    (options: { signal: AbortSignal }) => api.getEnvironmentNames(options),
    [api],
  );
  const { answer: names, error } = useAnswer('environments', ask);
  const only = names?.length === 1 ? names[0] : undefined;

  useEffect(() => {
    if (only !== undefined && formData === undefined) {
      onChange(only);
    }
  }, [only, formData, onChange]);

  return (
    <ChoiceField
      {...describeField(props, t('form.environment'))}
      error={error}
      onChange={onChange}
      options={names?.map(name => ({ value: name, label: name }))}
      value={formData}
    />
  );
}
