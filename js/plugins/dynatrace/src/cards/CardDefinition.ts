import { Entity } from '@backstage/catalog-model';
import { FilterPredicate } from '@backstage/filter-predicates';
import { DynatraceCardId } from '@grailstage/backstage-plugin-dynatrace-common';

/**
 * A card, as the places that show cards know it.
 */
export interface CardDefinition {
  /** Id of the card; also the name of its extension. */
  id: DynatraceCardId;
  /** The query id by which `EntityDqlQueryCard` finds it. */
  queryId: string;
  /** Annotations the card goes by; any one of them will do. */
  annotations: string[];
  /** Says whether an entity has what the card needs. */
  isAvailable: (entity: Entity) => boolean;
  /** The same for the new frontend system, where the configuration of the app can replace it. */
  filter: FilterPredicate;
}
