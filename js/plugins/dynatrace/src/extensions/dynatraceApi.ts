import {
  ApiBlueprint,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import { DynatraceClient, dynatraceApiRef } from '../api';

/** How cards reach the backend. */
export const dynatraceApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: dynatraceApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => DynatraceClient.create(deps),
    }),
});
