/**
 * Dynatrace in Backstage.
 *
 * The default export is the plugin for the new frontend system; what begins with `Entity` is for the legacy one.
 *
 * @packageDocumentation
 */

export { default } from './plugin';
export * from './api';
export * from './legacy';
export { dynatraceTranslationRef } from './translation';
export type { CardProps, EmptyStateProps } from './cards/CardProps';
export type { HomePageDynatraceCardProps } from './components/HomePageContent';
export type { DynatraceContentProps } from './components/DynatraceContent';
export type { DqlQueryCardProps } from './components/DqlQueryCard';
export type { DqlFieldOptions } from './formFields/DqlFieldOptions';
export type { DynatraceGuardianPickerOptions } from './formFields/DynatraceGuardianPicker';
export {
  isCatalogQueriesAvailable,
  isDoraAvailable,
  isDynatraceAvailable,
  isDynatraceCardAvailable,
  isKubernetesDeploymentsAvailable,
  isManagementZonesAvailable,
  isOwnershipAvailable,
  isPipelinesAvailable,
  isProblemsAvailable,
  isReleaseValidationsAvailable,
  isReleasesAvailable,
  isSlosAvailable,
  isTeamAvailable,
  isTelemetryCoverageAvailable,
  isTestResultsAvailable,
  isVulnerabilitiesAvailable,
} from '@grailstage/backstage-plugin-dynatrace-common';
