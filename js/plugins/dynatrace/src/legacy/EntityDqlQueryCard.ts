import { createComponentExtension } from '@backstage/core-plugin-api';
import { dynatracePlugin } from './dynatracePlugin';

/**
 * Card with the answer of the query with the id `queryId`, for the legacy frontend system.
 *
 * @public
 */
export const EntityDqlQueryCard = dynatracePlugin.provide(
  createComponentExtension({
    name: 'EntityDqlQueryCard',
    component: {
      lazy: () =>
        import('../components/DqlQueryCard').then(
          module => module.DqlQueryCard,
        ),
    },
  }),
);
