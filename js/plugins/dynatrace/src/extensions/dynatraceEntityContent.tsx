import { EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { z } from 'zod';
import { cardDefinitions } from '../cards/cardDefinitions';
import { chooseCards } from '../cards/chooseCards';
import { catalogQueriesFilter } from './catalogQueriesCard';
import { queryConfig } from './queryConfig';

/**
 * The Dynatrace tab of entities, for those for which some card has something to show. The configuration of the app chooses
 * the cards and adds queries.
 */
export const dynatraceEntityContent = EntityContentBlueprint.makeWithOverrides({
  configSchema: {
    cards: z.array(z.enum(cardDefinitions.map(({ id }) => id))).optional(),
    queries: queryConfig,
  },
  factory(originalFactory, { config }) {
    const { cards, queries } = config;
    return originalFactory({
      path: '/dynatrace',
      title: 'Dynatrace',
      group: 'observability',
      filter: {
        $any: [
          ...chooseCards(cards).map(({ filter }) => filter),
          catalogQueriesFilter,
          ...(queries.length > 0 ? [{ kind: 'component' }] : []),
        ],
      },
      loader: async () => {
        const { DynatraceContent } =
          await import('../components/DynatraceContent');
        return <DynatraceContent cards={cards} queries={queries} />;
      },
    });
  },
});
