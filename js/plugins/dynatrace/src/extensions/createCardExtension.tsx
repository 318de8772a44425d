import { EntityCardBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { z } from 'zod';
import { CardDefinition } from '../cards/CardDefinition';
import { cardDefinitions, cardForQueryId } from '../cards/cardDefinitions';

/** The cards that the overview shows unless the app says otherwise: each further one costs queries on every visit. */
const ON_OVERVIEW = ['team', 'kubernetes-deployments'];

const LOOKBACK = /^now-\d{1,4}[mhdw]$/;
const NO_LOOKBACK = 'expected a start such as `now-7d`';

const UNKNOWN_QUERY = `expected one of ${cardDefinitions
  .map(({ queryId }) => `\`${queryId}\``)
  .join(', ')}`;

function isQueryId(text: string): boolean {
  return cardForQueryId(text) !== undefined;
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
      title: z.string().optional(),
      pageSize: z.number().int().positive().optional(),
      queryId: z.string().refine(isQueryId, UNKNOWN_QUERY).optional(),
      timeframe: z.string().regex(LOOKBACK, NO_LOOKBACK).optional(),
    },
    factory(originalFactory, { config }) {
      const { title, pageSize, queryId, timeframe } = config;
      const card = (queryId && cardForQueryId(queryId)) || definition;
      return originalFactory({
        type: 'content',
        filter: card.filter,
        loader: async () => {
          const { AnswerCard } = await import('../components/AnswerCard');
          return (
            <AnswerCard
              card={card.id}
              pageSize={pageSize}
              timeframe={timeframe}
              title={title}
            />
          );
        },
      });
    },
  });
}
