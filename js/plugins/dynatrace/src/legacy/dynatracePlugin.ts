import {
  createApiFactory,
  createPlugin,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { DynatraceClient, dynatraceApiRef } from '../api';

/**
 * The Dynatrace plugin for the legacy frontend system.
 *
 * @public
 */
export const dynatracePlugin = createPlugin({
  id: 'dynatrace',
  apis: [
    createApiFactory({
      api: dynatraceApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => DynatraceClient.create(deps),
    }),
  ],
});
