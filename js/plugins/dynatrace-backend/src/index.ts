/**
 * Backstage backend plugin that answers Dynatrace cards for catalog entities.
 *
 * `dynatraceFeatures.ts` says what is installed, `plugin.ts` wires it up, `router.ts` is the way of a request, `service` holds its steps.
 *
 * @packageDocumentation
 */

export { dynatraceFeatures as default } from './dynatraceFeatures';
