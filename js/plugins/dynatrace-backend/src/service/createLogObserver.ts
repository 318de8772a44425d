import { LoggerService } from '@backstage/backend-plugin-api';
import { Observer } from './Observer';

/** Outcomes that say something about the question or the caller, not about the environment. */
const askersOwn = new Set([
  'ok',
  'cancelled',
  'invalid-query',
  'missing-scope',
]);

/**
 * Writes queries into the log by their fingerprint: those that an environment failed as warnings.
 */
export function createLogObserver(logger: LoggerService): Observer {
  return observation => {
    switch (observation.kind) {
      case 'query': {
        const { kind: _, ...facts } = observation;
        // What is shared or remembered failed once, for whoever asked.
        if (askersOwn.has(facts.outcome) || facts.cache !== 'miss') {
          logger.debug(`Dynatrace query: ${facts.outcome}`, facts);
        } else {
          logger.warn(`Dynatrace query failed: ${facts.outcome}`, facts);
        }
        break;
      }
      case 'store-failed':
        logger.warn(
          `The cache failed (${observation.operation}: ${observation.message}); Dynatrace answers are not kept for a moment`,
        );
        break;
      default:
        break;
    }
  };
}
