import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { dynatracePermissions } from '@grailstage/backstage-plugin-dynatrace-common';
import { createRouter } from './router';
import { connectDynatrace } from './service/connectDynatrace';

/**
 * The `dynatrace` backend plugin.
 *
 * @public
 */
export const dynatracePlugin = createBackendPlugin({
  pluginId: 'dynatrace',
  register(env) {
    env.registerInit({
      deps: {
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
        catalog,
        config,
        httpAuth,
        httpRouter,
        lifecycle,
        logger,
        permissions,
        permissionsRegistry,
      }) {
        const dynatrace = connectDynatrace({ config, logger });
        lifecycle.addShutdownHook(() => dynatrace.close());
        permissionsRegistry.addPermissions(dynatracePermissions);
        httpRouter.use(
          createRouter({ catalog, dynatrace, httpAuth, logger, permissions }),
        );
        httpRouter.addAuthPolicy({ path: '/health', allow: 'unauthenticated' });
      },
    });
  },
});
