import { FilterPredicate } from '@backstage/filter-predicates';
import { EntityCardBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { z } from 'zod';

/** Entities with queries of their own. */
export const catalogQueriesFilter: FilterPredicate = {
  'metadata.dynatrace.queries': { $exists: true },
};

/**
 * Puts the queries in `metadata.dynatrace.queries` on the overview of entities that have some. Off until the
 * configuration of the app enables it; the Dynatrace tab has them in any case.
 */
export const catalogQueriesCard = EntityCardBlueprint.makeWithOverrides({
  name: 'catalog-queries',
  disabled: true,
  configSchema: {
    title: z.string().optional(),
    pageSize: z.number().int().positive().optional(),
  },
  factory(originalFactory, { config }) {
    const { title, pageSize } = config;
    return originalFactory({
      type: 'content',
      filter: catalogQueriesFilter,
      loader: async () => {
        const { CatalogQueriesCard } =
          await import('../components/CatalogQueriesCard');
        return <CatalogQueriesCard pageSize={pageSize} title={title} />;
      },
    });
  },
});
