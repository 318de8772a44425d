import { Entity } from '@backstage/catalog-model';
import { GUARDIAN_TAGS_ANNOTATION, SLO_TAGS_ANNOTATION } from './annotations';
import { DynatraceCardId } from './cards';
import { dynatraceCards } from './dynatraceCards';

/**
 * Kinds whose cards are about the components behind them, whatever their own annotations.
 *
 * @public
 */
export const dynatraceAggregateKinds = ['system', 'domain', 'group'] as const;

/**
 * Says whether a card has something to show for an entity: a component with one of the card's annotations, or a kind that
 * stands for components.
 *
 * @public
 */
export function isDynatraceCardAvailable(
  card: DynatraceCardId,
  entity: Entity,
): boolean {
  const annotations: readonly string[] = dynatraceCards[card];
  const kind = entity.kind.toLocaleLowerCase('en-US');
  return (
    dynatraceAggregateKinds.some(aggregate => aggregate === kind) ||
    annotations.some(name => isTold(name, entity.metadata.annotations?.[name]))
  );
}

/** An annotation without a value says nothing, except of guardians and objectives: then it means all of them. */
function isTold(name: string, value: string | undefined): boolean {
  return name === GUARDIAN_TAGS_ANNOTATION || name === SLO_TAGS_ANNOTATION
    ? value !== undefined
    : Boolean(value?.trim());
}

/**
 * Says whether at least one Dynatrace card has something to show for an entity.
 *
 * @public
 */
export function isDynatraceAvailable(entity: Entity): boolean {
  return (
    isCatalogQueriesAvailable(entity) ||
    Object.keys(dynatraceCards).some(card =>
      isDynatraceCardAvailable(card as DynatraceCardId, entity),
    )
  );
}

/**
 * Says whether an entity has queries of its own, in `metadata.dynatrace.queries`.
 *
 * @public
 */
export function isCatalogQueriesAvailable(entity: Entity): boolean {
  const dynatrace = entity.metadata.dynatrace;
  if (
    typeof dynatrace !== 'object' ||
    dynatrace === null ||
    Array.isArray(dynatrace)
  ) {
    return false;
  }
  const { queries } = dynatrace;
  return Array.isArray(queries) ? queries.length > 0 : Boolean(queries);
}

/**
 * Says whether an entity stands for components, whose state the card `team` shows: a group, system or domain.
 *
 * @public
 */
export const isTeamAvailable = (entity: Entity): boolean =>
  isDynatraceCardAvailable('team', entity);

/**
 * Says whether the card with the Kubernetes workloads has something to show for an entity.
 *
 * @public
 */
export const isKubernetesDeploymentsAvailable = (entity: Entity): boolean =>
  isDynatraceCardAvailable('kubernetes-deployments', entity);

/**
 * Says whether the card with the versions in each stage has something to show for an entity.
 *
 * @public
 */
export const isReleasesAvailable = (entity: Entity): boolean =>
  isDynatraceCardAvailable('releases', entity);

/**
 * Says whether the card with the test results has something to show for an entity.
 *
 * @public
 */
export const isTestResultsAvailable = (entity: Entity): boolean =>
  isDynatraceCardAvailable('test-results', entity);

/**
 * Says whether the card with the validations of Site Reliability Guardians has something to show for an entity.
 *
 * @public
 */
export const isReleaseValidationsAvailable = (entity: Entity): boolean =>
  isDynatraceCardAvailable('release-validations', entity);

/**
 * Says whether the card with the pipelines has something to show for an entity.
 *
 * @public
 */
export const isPipelinesAvailable = (entity: Entity): boolean =>
  isDynatraceCardAvailable('pipelines', entity);

/**
 * Says whether the card with DORA's metrics has something to show for an entity.
 *
 * @public
 */
export const isDoraAvailable = (entity: Entity): boolean =>
  isDynatraceCardAvailable('dora', entity);

/**
 * Says whether the card with the problems has something to show for an entity.
 *
 * @public
 */
export const isProblemsAvailable = (entity: Entity): boolean =>
  isDynatraceCardAvailable('problems', entity);

/**
 * Says whether the card with the service-level objectives has something to show for an entity.
 *
 * @public
 */
export const isSlosAvailable = (entity: Entity): boolean =>
  isDynatraceCardAvailable('slos', entity);

/**
 * Says whether the card with the vulnerabilities has something to show for an entity.
 *
 * @public
 */
export const isVulnerabilitiesAvailable = (entity: Entity): boolean =>
  isDynatraceCardAvailable('vulnerabilities', entity);

/**
 * Says whether the card with the telemetry that arrives and that is missing has something to show for an entity.
 *
 * @public
 */
export const isTelemetryCoverageAvailable = (entity: Entity): boolean =>
  isDynatraceCardAvailable('telemetry-coverage', entity);

/**
 * Says whether the card with the owning teams has something to show for an entity.
 *
 * @public
 */
export const isOwnershipAvailable = (entity: Entity): boolean =>
  isDynatraceCardAvailable('ownership', entity);

/**
 * Says whether the card with the management zones has something to show for an entity.
 *
 * @public
 */
export const isManagementZonesAvailable = (entity: Entity): boolean =>
  isDynatraceCardAvailable('management-zones', entity);
