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
  const isInvalid = (rawErrors?.length ?? 0) > 0;
  const id = idSchema?.$id;
  return {
    id,
    label: uiSchema?.['ui:title'] ?? schema?.title ?? label,
    description: typeof description === 'string' ? description : undefined,
    isRequired: required,
    isInvalid,
    isDisabled: disabled || readonly,
    // Where the form writes what is wrong.
    'aria-describedby': isInvalid && id ? `${id}__error` : undefined,
  };
}
