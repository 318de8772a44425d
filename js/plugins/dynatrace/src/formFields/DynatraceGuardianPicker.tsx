import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import { ListedGuardian } from '@grailstage/backstage-plugin-dynatrace-common';
import { useCallback } from 'react';
import { dynatraceApiRef } from '../api';
import { useAnswer } from '../hooks/useAnswer';
import { dynatraceTranslationRef } from '../translation';
import { ChoiceField } from './ChoiceField';
import { describeField } from './describeField';

/**
 * What a template says of a {@link DynatraceGuardianPicker}.
 *
 * @public
 */
export interface DynatraceGuardianPickerOptions {
  /** Name of the environment. */
  environment?: string;
  /** The field of the template in which the environment is chosen; `environment` where absent. */
  environmentField?: string;
}

/**
 * Chooses a Site Reliability Guardian of an environment, by its name, or by its id where others have the same name.
 */
export function DynatraceGuardianPicker(
  props: FieldExtensionComponentProps<string, DynatraceGuardianPickerOptions>,
) {
  const { formContext, formData, onChange, uiSchema } = props;
  const { environment: fixed, environmentField = 'environment' } =
    uiSchema?.['ui:options'] ?? {};
  const chosen: unknown = formContext?.formData?.[environmentField];
  const environment =
    fixed ?? (typeof chosen === 'string' && chosen ? chosen : undefined);
  const api = useApi(dynatraceApiRef);
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const ask = useCallback(
    (options: { signal: AbortSignal }) =>
      api.getGuardians({ ...(environment && { environment }) }, options),
    [api, environment],
  );
  const { answer, error } = useAnswer(`guardians of ${environment}`, ask);
  return (
    <ChoiceField
      {...describeField(props, t('form.guardian'))}
      error={error}
      onChange={onChange}
      options={answer && choicesOf(answer.guardians)}
      value={formData}
    />
  );
}

function choicesOf(guardians: ListedGuardian[]) {
  return guardians.map(({ id, name }) =>
    guardians.filter(other => other.name === name).length > 1
      ? { value: id, label: `${name} (${id})` }
      : { value: name, label: name },
  );
}
