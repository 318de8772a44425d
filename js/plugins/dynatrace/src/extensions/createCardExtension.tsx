import { EntityCardBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { z } from 'zod';
import { CardDefinition } from '../cards/CardDefinition';

/**
 * Puts a card on the overview of entities.
 */
export function createCardExtension(definition: CardDefinition) {
  return EntityCardBlueprint.makeWithOverrides({
    name: definition.id,
    configSchema: {
      title: z.string().optional(),
      pageSize: z.number().int().positive().optional(),
    },
    factory(originalFactory, { config }) {
      const { title, pageSize } = config;
      return originalFactory({
        type: 'content',
        filter: definition.filter,
        loader: async () => {
          const { AnswerCard } = await import('../components/AnswerCard');
          return (
            <AnswerCard
              card={definition.id}
              pageSize={pageSize}
              title={title}
            />
          );
        },
      });
    },
  });
}
