import { MetricsService } from '@backstage/backend-plugin-api/alpha';
import { Observer } from './Observer';

/**
 * Counts calls and queries. How much the cache saves is told by the attribute `cache` of `dynatrace.queries`:
 * `miss` cost a query, `hit`, `stale` and `shared` did not.
 */
export function createMetricsObserver(metrics: MetricsService): Observer {
  const calls = metrics.createCounter('dynatrace.calls', {
    description: 'HTTP requests to Dynatrace, by environment, route and status',
    unit: '{request}',
  });
  const callDuration = metrics.createHistogram('dynatrace.call.duration', {
    description: 'Duration of HTTP requests to Dynatrace',
    unit: 's',
  });
  const queries = metrics.createCounter('dynatrace.queries', {
    description: 'Queries answered, by environment, outcome and cache',
    unit: '{query}',
  });
  const queryDuration = metrics.createHistogram('dynatrace.query.duration', {
    description: 'Time until a query was answered',
    unit: 's',
  });
  const scanned = metrics.createCounter('dynatrace.query.scanned', {
    description: 'Bytes that Grail read, which Dynatrace bills',
    unit: 'By',
  });
  const queued = metrics.createGauge('dynatrace.queue.length', {
    description: 'Queries that wait for their turn',
    unit: '{query}',
  });
  const cacheFailures = metrics.createCounter('dynatrace.cache.failures', {
    description: 'Operations that the cache failed or left without an answer',
    unit: '{operation}',
  });

  return observation => {
    switch (observation.kind) {
      case 'call': {
        const { environment, route, status, durationMillis } = observation;
        const outcome = status === undefined ? 'none' : String(status);
        calls.add(1, { environment, route, outcome });
        callDuration.record(durationMillis / 1000, { environment, route });
        break;
      }
      case 'query': {
        const { environment, outcome, cache } = observation;
        queries.add(1, { environment, outcome, cache });
        queryDuration.record(observation.durationMillis / 1000, {
          environment,
          cache,
        });
        scanned.add(observation.scannedBytes, { environment });
        queued.record(observation.queued, { environment });
        break;
      }
      default:
        cacheFailures.add(1, { operation: observation.operation });
    }
  };
}
