import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { dynatraceWritePermissions } from '@grailstage/backstage-plugin-dynatrace-common';
import { createDqlCheckAction } from './actions/createDqlCheckAction';
import { createDqlQueryAction } from './actions/createDqlQueryAction';
import { createEventSendAction } from './actions/createEventSendAction';
import { createGuardianCreateAction } from './actions/createGuardianCreateAction';
import { createGuardianValidateAction } from './actions/createGuardianValidateAction';
import { createOwnerAnnotateAction } from './actions/createOwnerAnnotateAction';
import { createReleaseAnnotateAction } from './actions/createReleaseAnnotateAction';
import { createReleaseGateAction } from './actions/createReleaseGateAction';
import { createTeamRegisterAction } from './actions/createTeamRegisterAction';
import { createTelemetryApplyAction } from './actions/createTelemetryApplyAction';
import { createTelemetryPlanAction } from './actions/createTelemetryPlanAction';
import { createZoneOnboardAction } from './actions/createZoneOnboardAction';
import { DynatraceEnvironments } from './service/DynatraceEnvironments';
import { DynatraceWrites } from './service/DynatraceWrites';

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
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        lifecycle: coreServices.lifecycle,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        scaffolder: scaffolderActionsExtensionPoint,
      },
      async init({
        auditor,
        catalog,
        config,
        lifecycle,
        permissions,
        permissionsRegistry,
        scaffolder,
      }) {
        const environments = DynatraceEnvironments.fromConfig(config);
        const writes = new DynatraceWrites({ auditor, config, permissions });
        lifecycle.addShutdownHook(() => environments.close());
        permissionsRegistry.addPermissions(
          Object.values(dynatraceWritePermissions),
        );
        scaffolder.addActions(
          createDqlQueryAction({ auditor, environments }),
          createDqlCheckAction(),
          createEventSendAction({ environments, writes }),
          createGuardianCreateAction({ environments, writes }),
          createGuardianValidateAction({ environments, writes }),
          createReleaseGateAction({ catalog, environments, permissions }),
          createOwnerAnnotateAction({ catalog }),
          createReleaseAnnotateAction(),
          createTelemetryPlanAction(),
          createTelemetryApplyAction(),
          createTeamRegisterAction({ catalog, config, environments, writes }),
          createZoneOnboardAction({ config, environments, writes }),
        );
      },
    });
  },
});
