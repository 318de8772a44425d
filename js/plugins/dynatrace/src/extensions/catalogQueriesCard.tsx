import { FilterPredicate } from '@backstage/filter-predicates';
import { EntityCardBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { cardConfig } from './cardConfig';

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
  configSchema: cardConfig,
  factory(originalFactory, { config }) {
    const { title, pageSize, timeframe } = config;
    const props = { title, pageSize, timeframe };
    return originalFactory({
      type: 'content',
      filter: catalogQueriesFilter,
      loader: async () => {
        const { CatalogQueriesCard } =
          await import('../components/CatalogQueriesCard');
        return <CatalogQueriesCard {...props} />;
      },
    });
  },
});
