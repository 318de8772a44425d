import { DynatraceCardId } from '@grailstage/backstage-plugin-dynatrace-common';
import { CardDefinition } from './CardDefinition';
import { cardDefinitions } from './cardDefinitions';

/**
 * The cards with these ids in their order; all cards where none are named.
 */
export function chooseCards(ids?: DynatraceCardId[]): CardDefinition[] {
  return ids
    ? ids.flatMap(id => cardDefinitions.filter(card => card.id === id))
    : cardDefinitions;
}
