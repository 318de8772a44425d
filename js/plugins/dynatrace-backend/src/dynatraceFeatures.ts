import {
  coreServices,
  createBackendFeatureLoader,
} from '@backstage/backend-plugin-api';
import { metricsModule } from './metricsModule';
import { dynatracePlugin } from './plugin';

/**
 * The plugin, and its metrics where `dynatrace.metrics` is true.
 *
 * @public
 */
export const dynatraceFeatures = createBackendFeatureLoader({
  deps: { config: coreServices.rootConfig },
  *loader({ config }) {
    yield dynatracePlugin;
    if (config.getOptional('dynatrace.metrics') === true) {
      yield metricsModule;
    }
  },
});
