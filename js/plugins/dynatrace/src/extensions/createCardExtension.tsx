import { EntityCardBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { z } from 'zod';
import { CardDefinition } from '../cards/CardDefinition';
import { cardDefinitions, cardForQueryId } from '../cards/cardDefinitions';
import { cardConfig } from './cardConfig';

/** The cards that the overview shows unless the app says otherwise: each further one costs queries on every visit. */
const ON_OVERVIEW = ['team', 'kubernetes-deployments'];

const UNKNOWN_QUERY = `expected \`custom.…\` or one of ${cardDefinitions
  .map(({ queryId }) => `\`${queryId}\``)
  .join(', ')}`;

function isCustom(queryId: string): boolean {
  return /^custom\../i.test(queryId);
}

function isQueryId(text: string): boolean {
  return isCustom(text) || cardForQueryId(text) !== undefined;
}

/**
 * Puts a card on the overview of entities. All but those are off until the configuration of the app enables them;
 * the Dynatrace tab has them all.
 */
export function createCardExtension(definition: CardDefinition) {
  return EntityCardBlueprint.makeWithOverrides({
    name: definition.id,
    disabled: !ON_OVERVIEW.includes(definition.id),
    configSchema: {
      ...cardConfig,
      queryId: z.string().refine(isQueryId, UNKNOWN_QUERY).optional(),
    },
    factory(originalFactory, { config }) {
      const { title, pageSize, queryId, timeframe } = config;
      const props = { title, pageSize, timeframe };
      if (queryId && isCustom(queryId)) {
        return originalFactory({
          type: 'content',
          filter: { kind: 'component' },
          loader: async () => {
            const { DqlQueryCard } = await import('../components/DqlQueryCard');
            return <DqlQueryCard {...props} queryId={queryId} />;
          },
        });
      }
      const card = (queryId && cardForQueryId(queryId)) || definition;
      return originalFactory({
        type: 'content',
        filter: card.filter,
        loader: async () => {
          const { AnswerCard } = await import('../components/AnswerCard');
          return <AnswerCard {...props} card={card.id} />;
        },
      });
    },
  });
}
