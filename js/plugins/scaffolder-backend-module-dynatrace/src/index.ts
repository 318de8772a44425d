/**
 * Actions that work with Dynatrace from Backstage software templates.
 *
 * `module.ts` wires them up, `actions` holds one file for each, `service` the connection they share.
 *
 * @packageDocumentation
 */

export { createDqlQueryAction } from './actions/createDqlQueryAction';
export { scaffolderModuleDynatrace as default } from './module';
export { DynatraceEnvironments } from './service/DynatraceEnvironments';
