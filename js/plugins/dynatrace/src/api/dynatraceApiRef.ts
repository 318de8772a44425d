import { createApiRef } from '@backstage/frontend-plugin-api';
import { DynatraceApi } from './DynatraceApi';

/**
 * Reference to the {@link DynatraceApi}.
 *
 * @public
 */
export const dynatraceApiRef = createApiRef<DynatraceApi>().with({
  id: 'plugin.dynatrace.service',
  pluginId: 'dynatrace',
});
