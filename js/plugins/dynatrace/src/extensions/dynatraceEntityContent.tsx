import { EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { cardDefinitions } from '../cards/cardDefinitions';

/** The Dynatrace tab of entities, for those for which some card has something to show. */
export const dynatraceEntityContent = EntityContentBlueprint.make({
  params: {
    path: '/dynatrace',
    title: 'Dynatrace',
    group: 'observability',
    filter: { $any: cardDefinitions.map(({ filter }) => filter) },
    loader: () =>
      import('../components/DynatraceContent').then(module => (
        <module.DynatraceContent />
      )),
  },
});
