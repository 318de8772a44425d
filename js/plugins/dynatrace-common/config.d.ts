export interface Config {
  /**
   * Dynatrace environments and how to reach them. Without this key the plugins start and say that nothing is configured.
   */
  dynatrace?: {
    /**
     * Whether calls, queries and cache hits are reported to the metrics service of Backstage, which has to be there.
     * Default: false.
     */
    metrics?: boolean;

    /**
     * Settings of cards, by the id of the card, for example `dora`.
     */
    cards?: {
      [card: string]: {
        /**
         * Whole seconds an answer counts as new, 0 to 86400; for ten times as long, a day at most, it is shown at once
         * while a newer one is fetched. 0: answers are shared by those who ask at the same time and never kept.
         * Default: 60.
         */
        cacheSeconds?: number;
      };
    };

    /**
     * What templates may write to Dynatrace: `event` (delivery and business events), `guardian` (Site Reliability
     * Guardians), `validation` (validations by guardians and runs of their workflows), `team` (ownership teams), `zone`
     * (management zones). Default: nothing. Whoever runs the template needs the permission `dynatrace.write.<kind>` as
     * well, where the permission framework is enabled.
     */
    writes?: Array<'event' | 'guardian' | 'validation' | 'team' | 'zone'>;

    /**
     * How templates ask for access to what is in a new management zone.
     */
    accessRequests?: {
      /**
       * The documents that a template writes into its workspace; one for the group and one for the ticket where absent.
       */
      documents?: Array<{
        /**
         * The file, relative to the folder the template chooses.
         */
        path: string;
        /**
         * Its text, with `{{zone}}`, `{{group}}`, `{{namespaces}}`, `{{cluster}}`, `{{environment}}`,
         * `{{requester}}`, `{{reason}}`, `{{policy}}` and `{{segment}}`.
         */
        template: string;
      }>;

      /**
       * Where the documents are sent, as JSON, when a template asks for it.
       */
      webhook?: {
        /**
         * An http or https address; redirects are not followed.
         *
         * @visibility secret
         */
        url: string;
        /**
         * Headers to send, such as `authorization`.
         *
         * @deepVisibility secret
         */
        headers?: { [name: string]: string };
        /**
         * How long to wait for the answer, in milliseconds. Default: 10000.
         */
        timeoutMillis?: number;
      };
    };

    /**
     * The environments that cards and templates ask. Each one holds either OAuth client credentials or a platform token.
     */
    environments?: Array<
      | {
          /**
           * Name that people see and that requests use to choose an environment. Unique in the list.
           */
          name: string;

          /**
           * Origin of the environment, for example `https://abc12345.apps.dynatrace.com`. Plain http is accepted for
           * loopback addresses only.
           */
          url: string;

          /**
           * Id of the OAuth client, `dt0s02.…`.
           *
           * @visibility secret
           */
          clientId: string;

          /**
           * Secret of the OAuth client.
           *
           * @visibility secret
           */
          clientSecret: string;

          /**
           * Account the OAuth client belongs to, `urn:dtaccount:…`. Default: the account of the client.
           *
           * @visibility secret
           */
          accountUrn?: string;

          /**
           * Where tokens are fetched. Default: `https://sso.dynatrace.com/sso/oauth2/token`.
           */
          tokenUrl?: string;

          /**
           * How the environment describes its entities: `smartscape` for Smartscape nodes, `classic` for `dt.entity.*`.
           * Default: `smartscape`.
           */
          entityModel?: 'smartscape' | 'classic';

          /**
           * What one query may cost. Every query carries these limits.
           */
          limits?: {
            /**
             * Most records in a result, 1 to 100000. Default: 1000.
             */
            maxResultRecords?: number;

            /**
             * Most bytes in a result, 1024 to 104857600. Default: 5242880.
             */
            maxResultBytes?: number;

            /**
             * Seconds a request may take from its start to its answer, 1 to 900; what is not done by then is cancelled.
             * Default: 30.
             */
            requestTimeoutSeconds?: number;

            /**
             * Seconds a query may read data before it answers with what it has, 1 to 900. Default: five sixths of
             * `requestTimeoutSeconds`, which is 25.
             */
            fetchTimeoutSeconds?: number;

            /**
             * Gigabytes a query may scan before it answers with what it has, 1 to 1000000, or -1 for no limit.
             * Default: 100.
             */
            defaultScanLimitGbytes?: number;

            /**
             * How many queries run in the environment at the same time, 1 to 100. Default: 8.
             */
            maxConcurrentQueries?: number;

            /**
             * How many more wait for their turn, 0 to 10000; what comes then is refused. Default: 200.
             */
            maxQueuedQueries?: number;
          };

          /**
           * Segments that every query of the environment is limited to, ten at most.
           */
          filterSegments?: Array<{
            /**
             * Uid of the segment.
             */
            id: string;

            /**
             * Values for its variables.
             */
            variables?: Array<{ name: string; values: string[] }>;
          }>;
        }
      | {
          /**
           * Name that people see and that requests use to choose an environment. Unique in the list.
           */
          name: string;

          /**
           * Origin of the environment, for example `https://abc12345.apps.dynatrace.com`. Plain http is accepted for
           * loopback addresses only.
           */
          url: string;

          /**
           * Platform token, `dt0s16.…`, used in place of an OAuth client.
           *
           * @visibility secret
           */
          platformToken: string;

          /**
           * How the environment describes its entities: `smartscape` for Smartscape nodes, `classic` for `dt.entity.*`.
           * Default: `smartscape`.
           */
          entityModel?: 'smartscape' | 'classic';

          /**
           * What one query may cost. Every query carries these limits.
           */
          limits?: {
            /**
             * Most records in a result, 1 to 100000. Default: 1000.
             */
            maxResultRecords?: number;

            /**
             * Most bytes in a result, 1024 to 104857600. Default: 5242880.
             */
            maxResultBytes?: number;

            /**
             * Seconds a request may take from its start to its answer, 1 to 900; what is not done by then is cancelled.
             * Default: 30.
             */
            requestTimeoutSeconds?: number;

            /**
             * Seconds a query may read data before it answers with what it has, 1 to 900. Default: five sixths of
             * `requestTimeoutSeconds`, which is 25.
             */
            fetchTimeoutSeconds?: number;

            /**
             * Gigabytes a query may scan before it answers with what it has, 1 to 1000000, or -1 for no limit.
             * Default: 100.
             */
            defaultScanLimitGbytes?: number;

            /**
             * How many queries run in the environment at the same time, 1 to 100. Default: 8.
             */
            maxConcurrentQueries?: number;

            /**
             * How many more wait for their turn, 0 to 10000; what comes then is refused. Default: 200.
             */
            maxQueuedQueries?: number;
          };

          /**
           * Segments that every query of the environment is limited to, ten at most.
           */
          filterSegments?: Array<{
            /**
             * Uid of the segment.
             */
            id: string;

            /**
             * Values for its variables.
             */
            variables?: Array<{ name: string; values: string[] }>;
          }>;
        }
    >;

    /**
     * Queries that `EntityDqlQueryCard` shows by the id `custom.…`, as in `@dynatrace/backstage-plugin-dql`: a list of
     * `id`, `query` in DQL with placeholders such as `$${componentName}`, and optionally `description`, `environments`
     * (by name, or by the first label of the host) and `units` (what the numbers of a column count: `percent`, `bytes`,
     * `milliseconds`, `per-day`, `per-minute`).
     *
     * Not typed as the list it is: the schema of that plugin types it as a map, and Backstage refuses to merge the two.
     */
    queries?: unknown;

    /**
     * What queries that people write themselves may read and cost.
     */
    policy?: {
      /**
       * Queries that entities hold in `metadata.dynatrace.queries`: whoever may change an entity chooses them.
       */
      catalogQueries?: {
        /**
         * Whether they are asked at all. Default: true.
         */
        enabled?: boolean;

        /**
         * Tables they may read, `*` for any text at an end. `entities`, `events` and `metrics` stand for all tables of
         * their kind. Default: logs, events, spans, metrics, entities, security.events, bizevents.
         */
        tables?: string[];

        /**
         * How many days back they may read, 1 to 36500. Default: 30.
         */
        maxDaysBack?: number;

        /**
         * What one of them may cost, where the limits of the environment are not lower.
         */
        limits?: {
          /**
           * Most records in a result, 1 to 100000. Default: 1000.
           */
          maxResultRecords?: number;

          /**
           * Most bytes in a result, 1 to 104857600. Default: 1048576.
           */
          maxResultBytes?: number;

          /**
           * Gigabytes a query may scan before it answers with what it has, 1 to 1000000. Default: 10.
           */
          defaultScanLimitGbytes?: number;
        };
      };

      /**
       * Queries of this configuration, under `queries`. They are an operator's own, so nothing limits them unless it
       * stands here.
       */
      customQueries?: {
        /**
         * Whether they are asked at all. Default: true.
         */
        enabled?: boolean;

        /**
         * Tables they may read. Default: all.
         */
        tables?: string[];

        /**
         * How many days back they may read, 1 to 36500. Default: any number.
         */
        maxDaysBack?: number;

        /**
         * What one of them may cost, where the limits of the environment are not lower.
         */
        limits?: {
          /**
           * Most records in a result, 1 to 100000. Default: the environment's.
           */
          maxResultRecords?: number;

          /**
           * Most bytes in a result, 1 to 104857600. Default: the environment's.
           */
          maxResultBytes?: number;

          /**
           * Gigabytes a query may scan, 1 to 1000000. Default: the environment's.
           */
          defaultScanLimitGbytes?: number;
        };
      };

      /**
       * Origins that links may lead to besides the environments, for example `https://wiki.example.org`: those in the
       * results of queries, and those that events and settings name, such as runs of a pipeline or pages of a team. The
       * latter may lead to github.com, gitlab.com, bitbucket.org and dev.azure.com, too, and to the origins of the
       * links and annotations of the entity and its components in the catalog.
       */
      links?: string[];
    };

    /**
     * Base URL of `@backstage-community/plugin-dynatrace`, which shares this root key. These plugins leave it alone.
     */
    baseUrl?: string;
  };
}
