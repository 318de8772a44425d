import { createScaffolderFieldExtension } from '@backstage/plugin-scaffolder-react';
import { DqlField } from '../formFields/DqlField';
import { DynatraceEnvironmentPicker } from '../formFields/DynatraceEnvironmentPicker';
import { DynatraceGuardianPicker } from '../formFields/DynatraceGuardianPicker';
import {
  dqlFieldSchema,
  environmentPickerSchema,
  guardianPickerSchema,
} from '../formFields/formFieldSchemas';
import { validateDql } from '../formFields/validateDql';
import { dynatracePlugin } from './dynatracePlugin';

/**
 * Field of software templates that chooses a Dynatrace environment, for the legacy frontend system.
 *
 * @public
 */
export const DynatraceEnvironmentPickerFieldExtension = dynatracePlugin.provide(
  createScaffolderFieldExtension({
    name: 'DynatraceEnvironmentPicker',
    component: DynatraceEnvironmentPicker,
    schema: environmentPickerSchema.schema,
  }),
);

/**
 * Field of software templates that chooses a Site Reliability Guardian, for the legacy frontend system.
 *
 * @public
 */
export const DynatraceGuardianPickerFieldExtension = dynatracePlugin.provide(
  createScaffolderFieldExtension({
    name: 'DynatraceGuardianPicker',
    component: DynatraceGuardianPicker,
    schema: guardianPickerSchema.schema,
  }),
);

/**
 * Field of software templates that takes DQL and checks it, for the legacy frontend system.
 *
 * @public
 */
export const DqlFieldExtension = dynatracePlugin.provide(
  createScaffolderFieldExtension({
    name: 'DqlField',
    component: DqlField,
    validation: validateDql,
    schema: dqlFieldSchema.schema,
  }),
);
