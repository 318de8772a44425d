import { createComponentExtension } from '@backstage/core-plugin-api';
import { DynatraceCardId } from '@grailstage/backstage-plugin-dynatrace-common';
import { ComponentType, createElement } from 'react';
import { CardProps } from '../cards/CardProps';
import { dynatracePlugin } from './dynatracePlugin';

/** A card for the legacy frontend system. */
function provideCard(
  name: string,
  card: DynatraceCardId,
): ComponentType<CardProps> {
  return dynatracePlugin.provide(
    createComponentExtension({
      name,
      component: {
        lazy: async () => {
          const { AnswerCard } = await import('../components/AnswerCard');
          return (props: CardProps) =>
            createElement(AnswerCard, { ...props, card });
        },
      },
    }),
  );
}

/**
 * Card with the state of all components of a group, system or domain, for the legacy frontend system.
 *
 * @public
 */
export const EntityTeamCard = provideCard('EntityTeamCard', 'team');

/**
 * Card with the Kubernetes workloads of an entity, for the legacy frontend system.
 *
 * @public
 */
export const EntityKubernetesDeploymentsCard = provideCard(
  'EntityKubernetesDeploymentsCard',
  'kubernetes-deployments',
);

/**
 * Card with the versions of an entity in each stage, for the legacy frontend system.
 *
 * @public
 */
export const EntityReleasesCard = provideCard('EntityReleasesCard', 'releases');

/**
 * Card with the test results of an entity, for the legacy frontend system.
 *
 * @public
 */
export const EntityTestResultsCard = provideCard(
  'EntityTestResultsCard',
  'test-results',
);

/**
 * Card with the validations of an entity's Site Reliability Guardians, for the legacy frontend system.
 *
 * @public
 */
export const EntityReleaseValidationsCard = provideCard(
  'EntityReleaseValidationsCard',
  'release-validations',
);

/**
 * Card with the pipelines of an entity, for the legacy frontend system.
 *
 * @public
 */
export const EntityPipelinesCard = provideCard(
  'EntityPipelinesCard',
  'pipelines',
);

/**
 * Card with DORA's metrics of an entity, for the legacy frontend system.
 *
 * @public
 */
export const EntityDoraCard = provideCard('EntityDoraCard', 'dora');

/**
 * Card with the problems of an entity, for the legacy frontend system.
 *
 * @public
 */
export const EntityProblemsCard = provideCard('EntityProblemsCard', 'problems');

/**
 * Card with the service-level objectives of an entity and what is left of their error budgets, for the legacy frontend
 * system.
 *
 * @public
 */
export const EntitySlosCard = provideCard('EntitySlosCard', 'slos');

/**
 * Card with the vulnerabilities of an entity, for the legacy frontend system.
 *
 * @public
 */
export const EntityVulnerabilitiesCard = provideCard(
  'EntityVulnerabilitiesCard',
  'vulnerabilities',
);

/**
 * Card with the telemetry of an entity that arrives and that is missing, for the legacy frontend system.
 *
 * @public
 */
export const EntityTelemetryCoverageCard = provideCard(
  'EntityTelemetryCoverageCard',
  'telemetry-coverage',
);

/**
 * Card with the teams that own an entity, for the legacy frontend system. It is named after Dynatrace, since the catalog
 * has an `EntityOwnershipCard` of its own.
 *
 * @public
 */
export const EntityDynatraceOwnershipCard = provideCard(
  'EntityDynatraceOwnershipCard',
  'ownership',
);

/**
 * Card with the management zones of an entity, for the legacy frontend system.
 *
 * @public
 */
export const EntityManagementZonesCard = provideCard(
  'EntityManagementZonesCard',
  'management-zones',
);
