import {
  coreServices,
  createBackendModule,
  readSchedulerServiceTaskScheduleDefinitionFromConfig,
  SchedulerServiceTaskScheduleDefinition,
} from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import {
  catalogProcessingExtensionPoint,
  catalogServiceRef,
} from '@backstage/plugin-catalog-node';
import { DynatraceTeams } from './service/DynatraceTeams';
import { GroupExport } from './service/GroupExport';
import { TeamProvider } from './service/TeamProvider';

// Files and other providers come first: a group they have is then known and not offered.
const importSchedule: SchedulerServiceTaskScheduleDefinition = {
  frequency: { minutes: 30 },
  timeout: { minutes: 5 },
  initialDelay: { minutes: 3 },
};

// After the import, so that what it offers is recognised.
const exportSchedule: SchedulerServiceTaskScheduleDefinition = {
  frequency: { hours: 1 },
  timeout: { minutes: 10 },
  initialDelay: { minutes: 5 },
};

/**
 * The `dynatrace` module of the catalog.
 *
 * @public
 */
export const catalogModuleDynatrace = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'dynatrace',
  register(env) {
    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        processing: catalogProcessingExtensionPoint,
        scheduler: coreServices.scheduler,
      },
      async init({
        auditor,
        auth,
        catalog,
        config,
        lifecycle,
        logger,
        processing,
        scheduler,
      }) {
        const settings = config.getOptionalConfig(
          'catalog.providers.dynatrace',
        );
        const imports = settings?.getOptionalConfig('import');
        const exports = settings?.getOptionalConfig('export');
        if (!imports && !exports) {
          logger.info(
            'Dynatrace teams are neither imported nor exported: catalog.providers.dynatrace has neither `import` nor `export`',
          );
          return;
        }
        const mark = settings?.getOptionalString('mark');
        const teams = DynatraceTeams.fromConfig(config);
        lifecycle.addShutdownHook(() => teams.close());
        if (imports) {
          processing.addEntityProvider(
            new TeamProvider({
              auth,
              catalog,
              logger,
              teams,
              schedule: scheduler.createScheduledTaskRunner(
                scheduleOf(imports, importSchedule),
              ),
              environments: imports.getOptionalStringArray('environments'),
              namespace: imports.getOptionalString('namespace'),
              mark,
            }),
          );
        }
        if (exports) {
          const groups = new GroupExport({
            auditor,
            auth,
            catalog,
            logger,
            teams,
            environments: exports.getOptionalStringArray('environments'),
            dryRun: exports.getOptionalBoolean('dryRun') ?? true,
            remove: exports.getOptionalBoolean('remove') ?? false,
            types: exports.getOptionalStringArray('types'),
            baseUrl: config.getOptionalString('app.baseUrl'),
            mark,
          });
          await scheduler.scheduleTask({
            id: 'dynatrace-group-export',
            ...scheduleOf(exports, exportSchedule),
            fn: signal => groups.run(signal),
          });
        }
      },
    });
  },
});

function scheduleOf(
  config: Config,
  otherwise: SchedulerServiceTaskScheduleDefinition,
): SchedulerServiceTaskScheduleDefinition {
  return config.has('schedule')
    ? readSchedulerServiceTaskScheduleDefinitionFromConfig(
        config.getConfig('schedule'),
      )
    : otherwise;
}
