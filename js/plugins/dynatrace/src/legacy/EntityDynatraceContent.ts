import { createComponentExtension } from '@backstage/core-plugin-api';
import { dynatracePlugin } from './dynatracePlugin';

/**
 * All Dynatrace cards of an entity, for a tab of the legacy frontend system.
 *
 * @public
 */
export const EntityDynatraceContent = dynatracePlugin.provide(
  createComponentExtension({
    name: 'EntityDynatraceContent',
    component: {
      lazy: () =>
        import('../components/DynatraceContent').then(
          module => module.DynatraceContent,
        ),
    },
  }),
);
