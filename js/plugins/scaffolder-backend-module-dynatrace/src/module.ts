import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { createDqlQueryAction } from './actions/createDqlQueryAction';
import { DynatraceEnvironments } from './service/DynatraceEnvironments';

/**
 * The `dynatrace` module of the scaffolder.
 *
 * @public
 */
export const scaffolderModuleDynatrace = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'dynatrace',
  register(env) {
    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        config: coreServices.rootConfig,
        lifecycle: coreServices.lifecycle,
        scaffolder: scaffolderActionsExtensionPoint,
      },
      async init({ auditor, config, lifecycle, scaffolder }) {
        const environments = DynatraceEnvironments.fromConfig(config);
        lifecycle.addShutdownHook(() => environments.close());
        scaffolder.addActions(createDqlQueryAction({ auditor, environments }));
      },
    });
  },
});
