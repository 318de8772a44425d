import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { dynatracePermissions } from '@grailstage/backstage-plugin-dynatrace-common';
import { observersExtensionPoint } from './observersExtensionPoint';
import { createRouter } from './router';
import { connectDynatrace } from './service/connectDynatrace';
import { logHealth } from './service/logHealth';
import { Observer } from './service/Observer';

/**
 * The `dynatrace` backend plugin.
 *
 * @public
 */
export const dynatracePlugin = createBackendPlugin({
  pluginId: 'dynatrace',
  register(env) {
    const observers: Observer[] = [];
    env.registerExtensionPoint(observersExtensionPoint, {
      addObserver: observer => observers.push(observer),
    });
    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        cache: coreServices.cache,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
      },
      async init({
        auditor,
        cache,
        catalog,
        config,
        httpAuth,
        httpRouter,
        lifecycle,
        logger,
        permissions,
        permissionsRegistry,
      }) {
        const dynatrace = connectDynatrace({
          cache,
          config,
          logger,
          observers,
        });
        lifecycle.addShutdownHook(() => dynatrace.close());
        lifecycle.addStartupHook(async () => {
          // What keeps the whole configuration from being read is in the log already.
          const health = await dynatrace.health().catch(() => undefined);
          if (health) {
            logHealth(health, logger);
          }
        });
        permissionsRegistry.addPermissions(dynatracePermissions);
        httpRouter.use(
          createRouter({
            auditor,
            catalog,
            dynatrace,
            httpAuth,
            logger,
            permissions,
          }),
        );
        httpRouter.addAuthPolicy({ path: '/health', allow: 'unauthenticated' });
      },
    });
  },
});
