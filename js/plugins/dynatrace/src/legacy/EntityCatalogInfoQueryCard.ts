import { createComponentExtension } from '@backstage/core-plugin-api';
import { dynatracePlugin } from './dynatracePlugin';

/**
 * The queries in `metadata.dynatrace.queries` of an entity, a card each, for the legacy frontend system.
 *
 * @public
 */
export const EntityCatalogInfoQueryCard = dynatracePlugin.provide(
  createComponentExtension({
    name: 'EntityCatalogInfoQueryCard',
    component: {
      lazy: () =>
        import('../components/CatalogQueriesCard').then(
          module => module.CatalogQueriesCard,
        ),
    },
  }),
);
