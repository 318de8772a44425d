import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Box, Select, TextField } from '@backstage/ui';
import { useEffect } from 'react';
import { dynatraceTranslationRef } from '../translation';
import { FormProblem } from './FormProblem';

// The form validates: what is invalid for the browser would keep it from being sent, without a word.
/**
 * A field in which one of several names is chosen. Where they cannot be had, the name is written by hand.
 */
export function ChoiceField(props: {
  id: string;
  label: string;
  description?: string;
  /** The names; `undefined` as long as they are not known */
  options?: ReadonlyArray<{ value: string; label: string }>;
  /** Why they cannot be had */
  error?: unknown;
  value?: string;
  onChange: (value: string | undefined) => void;
  isRequired?: boolean;
  isInvalid?: boolean;
  isDisabled?: boolean;
  'aria-describedby'?: string;
}) {
  const { options, error, value, onChange, description, ...rest } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const isUnknown =
    value !== undefined &&
    options !== undefined &&
    !options.some(option => option.value === value);

  // A default that no environment has, or a guardian of the environment that was chosen before.
  useEffect(() => {
    if (isUnknown) {
      onChange(undefined);
    }
  }, [isUnknown, onChange]);

  if (error) {
    return (
      <Box bg="neutral">
        <TextField
          {...rest}
          description={t('form.byHand')}
          onChange={text => onChange(text || undefined)}
          validationBehavior="aria"
          value={value ?? ''}
        />
        <FormProblem error={error} />
      </Box>
    );
  }
  return (
    <Box bg="neutral">
      <Select
        {...rest}
        description={description}
        onChange={key => onChange(key === null ? undefined : String(key))}
        options={options ?? []}
        placeholder={options ? t('form.choose') : t('form.loading')}
        searchable={(options?.length ?? 0) > 10}
        searchPlaceholder={t('rows.searchPlaceholder')}
        validationBehavior="aria"
        value={isUnknown ? null : (value ?? null)}
      />
    </Box>
  );
}
