import { EntityCardBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { z } from 'zod';
import { CardDefinition } from '../cards/CardDefinition';

/** The card that the overview shows unless the app says otherwise: each further one is a query more on every visit. */
const ON_OVERVIEW = 'kubernetes-deployments';

/**
 * Puts a card on the overview of entities. All but the first are off until the configuration of the app enables them;
 * the Dynatrace tab has them all.
 */
export function createCardExtension(definition: CardDefinition) {
  return EntityCardBlueprint.makeWithOverrides({
    name: definition.id,
    disabled: definition.id !== ON_OVERVIEW,
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
