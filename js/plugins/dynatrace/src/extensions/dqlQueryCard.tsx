import { EntityCardBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { z } from 'zod';

/**
 * Puts queries on the overview of entities, by their ids: `custom.…` for those of the configuration. Off until the
 * configuration of the app names some and enables it.
 */
export const dqlQueryCard = EntityCardBlueprint.makeWithOverrides({
  name: 'dql-query',
  disabled: true,
  configSchema: {
    queries: z
      .array(
        z.object({
          queryId: z.string(),
          title: z.string().optional(),
          pageSize: z.number().int().positive().optional(),
        }),
      )
      .default([]),
  },
  factory(originalFactory, { config }) {
    return originalFactory({
      type: 'content',
      filter: { kind: 'component' },
      loader: async () => {
        const { DqlQueryCard } = await import('../components/DqlQueryCard');
        return (
          <>
            {config.queries.map(query => (
              <DqlQueryCard key={query.queryId} {...query} />
            ))}
          </>
        );
      },
    });
  },
});
