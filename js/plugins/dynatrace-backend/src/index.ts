/**
 * Backstage backend plugin that answers Dynatrace cards for catalog entities.
 *
 * `plugin.ts` wires it up, `router.ts` is the way of a request, `service` holds its steps.
 *
 * @packageDocumentation
 */

export { dynatracePlugin as default } from './plugin';
