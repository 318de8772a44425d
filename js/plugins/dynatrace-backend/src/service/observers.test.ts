import { mockServices } from '@backstage/backend-test-utils';
import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import { Observation } from '@grailstage/core';
import { createLogObserver } from './createLogObserver';
import { createMetricsObserver } from './createMetricsObserver';

const query: Observation = {
  kind: 'query',
  environment: 'production',
  fingerprint: '0123456789ab',
  outcome: 'ok',
  cache: 'miss',
  scannedBytes: 1200,
  queued: 3,
  durationMillis: 340,
};

describe('createLogObserver', () => {
  function logged(observation: Observation) {
    const logger = mockServices.logger.mock();
    createLogObserver(logger)(observation);
    return {
      warned: logger.warn.mock.calls,
      debugged: logger.debug.mock.calls,
    };
  }

  it('tells queries by their fingerprint', () => {
    const { warned, debugged } = logged(query);
    expect(warned).toEqual([]);
    expect(debugged).toEqual([
      [
        'Dynatrace query: ok',
        expect.objectContaining({ fingerprint: '0123456789ab', cache: 'miss' }),
      ],
    ]);
  });

  it('warns once of what an environment failed, not of what was remembered', () => {
    const failed: Observation = { ...query, outcome: 'unreachable' };
    expect(logged(failed).warned).toEqual([
      ['Dynatrace query failed: unreachable', expect.anything()],
    ]);
    expect(logged({ ...failed, cache: 'hit' }).warned).toEqual([]);
    expect(logged({ ...failed, cache: 'shared' }).warned).toEqual([]);
  });

  it.each(['cancelled', 'invalid-query', 'missing-scope'])(
    'does not warn of `%s`',
    outcome => {
      expect(logged({ ...query, outcome }).warned).toEqual([]);
    },
  );

  it('warns of a cache that fails', () => {
    const { warned } = logged({
      kind: 'store-failed',
      operation: 'get',
      message: 'no answer within 250 ms',
    });
    expect(warned).toEqual([
      [expect.stringContaining('get: no answer within 250 ms')],
    ]);
  });
});

describe('createMetricsObserver', () => {
  it('counts calls, queries, bytes and failures of the cache', () => {
    const recorded: unknown[] = [];
    const instrument = (name: string) => ({
      add: (value: number, attributes?: object) =>
        recorded.push([name, value, attributes]),
      record: (value: number, attributes?: object) =>
        recorded.push([name, value, attributes]),
    });
    const observe = createMetricsObserver(
      metricsServiceMock.mock({
        createCounter: instrument,
        createHistogram: instrument,
        createGauge: instrument,
      }),
    );
    observe(query);
    observe({
      kind: 'call',
      environment: 'production',
      route: 'execute',
      status: 429,
      durationMillis: 20,
    });
    observe({
      kind: 'call',
      environment: 'production',
      route: 'token',
      durationMillis: 20,
    });
    observe({ kind: 'store-failed', operation: 'set', message: 'closed' });
    const environment = 'production';
    expect(recorded).toEqual([
      ['dynatrace.queries', 1, { environment, outcome: 'ok', cache: 'miss' }],
      ['dynatrace.query.duration', 0.34, { environment, cache: 'miss' }],
      ['dynatrace.query.scanned', 1200, { environment }],
      ['dynatrace.queue.length', 3, { environment }],
      ['dynatrace.calls', 1, { environment, route: 'execute', outcome: '429' }],
      ['dynatrace.call.duration', 0.02, { environment, route: 'execute' }],
      ['dynatrace.calls', 1, { environment, route: 'token', outcome: 'none' }],
      ['dynatrace.call.duration', 0.02, { environment, route: 'token' }],
      ['dynatrace.cache.failures', 1, { operation: 'set' }],
    ]);
  });
});
