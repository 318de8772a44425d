/**
 * Dynatrace ownership teams and groups of the catalog: offered one way, written the other.
 *
 * `module.ts` wires both to the scheduler, `service` holds one file for each way.
 *
 * @packageDocumentation
 */

export { catalogModuleDynatrace as default } from './module';
