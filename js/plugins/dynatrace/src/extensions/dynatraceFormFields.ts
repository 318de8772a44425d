import {
  createFormField,
  FormFieldBlueprint,
} from '@backstage/plugin-scaffolder-react/alpha';
import {
  dqlFieldSchema,
  environmentPickerSchema,
  guardianPickerSchema,
} from '../formFields/formFieldSchemas';

/** The form fields of software templates, by the names that templates use in `ui:field`. */
export const dynatraceFormFields = [
  FormFieldBlueprint.make({
    name: 'environment-picker',
    params: {
      field: async () => {
        const { DynatraceEnvironmentPicker } =
          await import('../formFields/DynatraceEnvironmentPicker');
        return createFormField({
          name: 'DynatraceEnvironmentPicker',
          component: DynatraceEnvironmentPicker,
          schema: environmentPickerSchema,
        });
      },
    },
  }),
  FormFieldBlueprint.make({
    name: 'guardian-picker',
    params: {
      field: async () => {
        const { DynatraceGuardianPicker } =
          await import('../formFields/DynatraceGuardianPicker');
        return createFormField({
          name: 'DynatraceGuardianPicker',
          component: DynatraceGuardianPicker,
          schema: guardianPickerSchema,
        });
      },
    },
  }),
  FormFieldBlueprint.make({
    name: 'dql-field',
    params: {
      field: async () => {
        const [{ DqlField }, { validateDql }] = await Promise.all([
          import('../formFields/DqlField'),
          import('../formFields/validateDql'),
        ]);
        return createFormField({
          name: 'DqlField',
          component: DqlField,
          validation: validateDql,
          schema: dqlFieldSchema,
        });
      },
    },
  }),
];
