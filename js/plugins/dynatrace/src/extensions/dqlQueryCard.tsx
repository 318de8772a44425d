import { EntityCardBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { queryConfig } from './queryConfig';

/**
 * Puts queries on the overview of entities, by their ids: `custom.…` for those of the configuration. Off until the
 * configuration of the app names some and enables it.
 */
export const dqlQueryCard = EntityCardBlueprint.makeWithOverrides({
  name: 'dql-query',
  disabled: true,
  configSchema: { queries: queryConfig },
  factory(originalFactory, { config }) {
    return originalFactory({
      type: 'content',
      filter: { kind: 'component' },
      loader: async () => {
        const { DqlQueryCard } = await import('../components/DqlQueryCard');
        return (
          <>
            {config.queries.map((query, index) => (
              <DqlQueryCard key={index} {...query} />
            ))}
          </>
        );
      },
    });
  },
});
