/**
 * Actions that work with Dynatrace from Backstage software templates.
 *
 * `module.ts` wires them up, `actions` holds one file for each, `service` the connection they share.
 *
 * @packageDocumentation
 */

export { createDqlCheckAction } from './actions/createDqlCheckAction';
export { createDqlQueryAction } from './actions/createDqlQueryAction';
export { createEventSendAction } from './actions/createEventSendAction';
export { createGuardianCreateAction } from './actions/createGuardianCreateAction';
export { createGuardianValidateAction } from './actions/createGuardianValidateAction';
export { createOwnerAnnotateAction } from './actions/createOwnerAnnotateAction';
export { createReleaseAnnotateAction } from './actions/createReleaseAnnotateAction';
export { createReleaseGateAction } from './actions/createReleaseGateAction';
export { createTeamRegisterAction } from './actions/createTeamRegisterAction';
export { createTelemetryApplyAction } from './actions/createTelemetryApplyAction';
export { createTelemetryPlanAction } from './actions/createTelemetryPlanAction';
export { createZoneOnboardAction } from './actions/createZoneOnboardAction';
export { scaffolderModuleDynatrace as default } from './module';
export { DynatraceEnvironments } from './service/DynatraceEnvironments';
export type { Attempt, Write, WritingStep } from './service/DynatraceWrites';
export { DynatraceWrites } from './service/DynatraceWrites';
