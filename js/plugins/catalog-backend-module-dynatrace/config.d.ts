import { SchedulerServiceTaskScheduleDefinitionConfig } from '@backstage/backend-plugin-api';

export interface Config {
  catalog?: {
    providers?: {
      dynatrace?: {
        /**
         * Offers the ownership teams of Dynatrace as groups of the catalog. Off without this key.
         */
        import?: {
          /**
           * When teams are read. Default: every 30 minutes, for at most 5, 3 minutes after the start.
           */
          schedule?: SchedulerServiceTaskScheduleDefinitionConfig;

          /**
           * Names of the environments whose teams are offered. Default: all.
           */
          environments?: string[];

          /**
           * Namespace of the groups. Default: `default`.
           */
          namespace?: string;
        };

        /**
         * Writes groups of the catalog to Dynatrace as ownership teams. Off without this key.
         */
        export?: {
          /**
           * When groups are written. Default: every hour, for at most 10 minutes, 5 minutes after the start.
           */
          schedule?: SchedulerServiceTaskScheduleDefinitionConfig;

          /**
           * Names of the environments that are written to. Default: all.
           */
          environments?: string[];

          /**
           * Whether to log only what would be written. Default: true.
           */
          dryRun?: boolean;

          /**
           * Whether teams that were created from a group are removed when the group has gone. Default: false.
           */
          remove?: boolean;

          /**
           * Values of `spec.type` of the groups that are written. Default: all groups.
           */
          types?: string[];
        };

        /**
         * Stands in the external id of the teams that are created from groups of this catalog, and tells them from all
         * others. Letters, digits, `-`, `_` and `.`. Default: `backstage`. Change it before the first export only.
         */
        mark?: string;
      };
    };
  };
}
