import {
  CacheService,
  LoggerService,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import { DynatraceClient, GrailstageError } from '@grailstage/core';
import { createAnswerStore } from './createAnswerStore';
import { createLogObserver } from './createLogObserver';
import { DynatraceCards } from './DynatraceCards';
import { Observer } from './Observer';
import { recently } from './recently';

/** How long a check of the environments is good for: whoever asks more often asks us, not Dynatrace. */
const HEALTH_MILLIS = 30_000;

/**
 * Connects to the environments of the `dynatrace` configuration and logs, once, what keeps one of them, or
 * a query of the configuration, from being used.
 *
 * A configuration that cannot be read does not stop the plugin: each card then fails with the reason.
 */
export function connectDynatrace(options: {
  cache: CacheService;
  config: RootConfigService;
  logger: LoggerService;
  observers: Observer[];
}): DynatraceCards {
  const { cache, config, logger } = options;
  const observers = [createLogObserver(logger), ...options.observers];
  try {
    const client = DynatraceClient.create({
      config: config.getOptional('dynatrace'),
      store: createAnswerStore(cache),
      onObservation: observation =>
        observers.forEach(observe => observe(observation)),
    });
    for (const { environment, message, help } of client.configurationIssues()) {
      logger.warn(
        [
          environment === undefined
            ? `Dynatrace configuration: ${message}`
            : `Dynatrace environment '${environment}' cannot be used: ${message}`,
          help,
        ]
          .filter(Boolean)
          .join('; '),
      );
    }
    return {
      card: (request, requestOptions) => client.card(request, requestOptions),
      catalogQueries: (request, requestOptions) =>
        client.catalogQueries(request, requestOptions),
      customQuery: (request, requestOptions) =>
        client.customQuery(request, requestOptions),
      close: () => client.close(),
      health: recently(() => client.health(), HEALTH_MILLIS),
      listGuardians: (request, requestOptions) =>
        client.listGuardians(request, requestOptions),
    };
  } catch (error) {
    if (!(error instanceof GrailstageError)) {
      throw error;
    }
    logger.error(
      [
        `Dynatrace cannot be used, its configuration is unreadable: ${error.message}`,
        error.help,
      ]
        .filter(Boolean)
        .join('; '),
    );
    return {
      card: () => Promise.reject(error),
      catalogQueries: () => Promise.reject(error),
      customQuery: () => Promise.reject(error),
      close: () => {},
      health: () => Promise.reject(error),
      listGuardians: () => Promise.reject(error),
    };
  }
}
