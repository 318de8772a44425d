import { dynatracePlugin } from './dynatracePlugin';

/**
 * {@link dynatracePlugin} under the name it has in `@dynatrace/backstage-plugin-dql`.
 *
 * @public
 */
export const dqlQueryPlugin = dynatracePlugin;
