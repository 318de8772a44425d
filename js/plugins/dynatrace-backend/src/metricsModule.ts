import { createBackendModule } from '@backstage/backend-plugin-api';
import { metricsServiceRef } from '@backstage/backend-plugin-api/alpha';
import { observersExtensionPoint } from './observersExtensionPoint';
import { createMetricsObserver } from './service/createMetricsObserver';

/**
 * Reports to the metrics service of Backstage. It is a module of its own because that service is alpha: a backend
 * without it would not start.
 */
export const metricsModule = createBackendModule({
  pluginId: 'dynatrace',
  moduleId: 'metrics',
  register(env) {
    env.registerInit({
      deps: { metrics: metricsServiceRef, observers: observersExtensionPoint },
      async init({ metrics, observers }) {
        observers.addObserver(createMetricsObserver(metrics));
      },
    });
  },
});
