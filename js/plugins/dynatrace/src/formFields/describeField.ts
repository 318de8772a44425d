import { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';

/**
 * What a template says of a field, for the component that draws it.
 *
 * @param label - where the template has no title
 */
export function describeField(
  props: FieldExtensionComponentProps<string, object>,
  label: string,
) {
  const {
    disabled,
    idSchema,
    rawErrors,
    readonly,
    required,
    schema,
    uiSchema,
  } = props;
  const description = uiSchema?.['ui:description'] ?? schema?.description;
  return {
    id: idSchema?.$id,
    label: uiSchema?.['ui:title'] ?? schema?.title ?? label,
    description: typeof description === 'string' ? description : undefined,
    isRequired: required,
    isInvalid: (rawErrors?.length ?? 0) > 0,
    isDisabled: disabled || readonly,
  };
}
