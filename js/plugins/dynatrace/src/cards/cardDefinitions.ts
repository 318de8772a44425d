import {
  FilterPredicate,
  parseFilterPredicate,
} from '@backstage/filter-predicates';
import {
  cardIdForQueryId,
  dynatraceAggregateKinds,
  DynatraceCardId,
  dynatraceCards,
  isDynatraceCardAvailable,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { CardDefinition } from './CardDefinition';

/**
 * All cards, in the order in which the Dynatrace tab shows them: that of the registry in `crates/insights`.
 */
export const cardDefinitions: CardDefinition[] = Object.entries(
  dynatraceCards,
).map(([id, annotations]) => ({
  id: id as DynatraceCardId,
  queryId: `dynatrace.${id}`,
  annotations: [...annotations],
  isAvailable: entity =>
    isDynatraceCardAvailable(id as DynatraceCardId, entity),
  filter: filterFor(annotations),
}));

function filterFor(annotations: readonly string[]): FilterPredicate {
  return parseFilterPredicate({
    $any: [
      { kind: { $in: dynatraceAggregateKinds } },
      ...annotations.map(annotation => ({
        [`metadata.annotations.${annotation}`]: { $exists: true },
      })),
    ],
  });
}

/**
 * Finds the card that answers a query id.
 */
export function cardForQueryId(queryId: string): CardDefinition | undefined {
  const id = cardIdForQueryId(queryId.toLowerCase());
  return cardDefinitions.find(card => card.id === id);
}
