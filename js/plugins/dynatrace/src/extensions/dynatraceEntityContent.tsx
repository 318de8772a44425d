import { EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { cardDefinitions } from '../cards/cardDefinitions';
import { catalogQueriesFilter } from './catalogQueriesCard';

/** The Dynatrace tab of entities, for those for which some card has something to show. */
export const dynatraceEntityContent = EntityContentBlueprint.make({
  params: {
    path: '/dynatrace',
    title: 'Dynatrace',
    group: 'observability',
    filter: {
      $any: [
        ...cardDefinitions.map(({ filter }) => filter),
        catalogQueriesFilter,
      ],
    },
    loader: () =>
      import('../components/DynatraceContent').then(module => (
        <module.DynatraceContent />
      )),
  },
});
