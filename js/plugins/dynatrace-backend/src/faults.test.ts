import { DynatraceClient, Observation } from '@grailstage/core';
import { Sandbox } from './__testUtils__/Sandbox';

/** What goes wrong where, what the card says of it, the calls of token, execute, poll and cancel, and the seconds. */
type Row = [
  faults: Array<{ kind: string; route: string; times?: number }>,
  outcome: string,
  calls: [number, number, number, number],
  seconds: number,
];

const request = {
  card: 'kubernetes-deployments',
  entity: {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: 'cart',
      annotations: { 'backstage.io/kubernetes-id': 'webshop.cart' },
    },
  },
};

const once = (route: string, kind: string, options?: object) => ({
  route,
  kind,
  times: 1,
  ...options,
});
const always = (route: string, kind: string, options?: object) => ({
  route,
  kind,
  ...options,
});
const slow = (millis: number) => once('execute', 'slow-query', { millis });

const table: Row[] = [
  [[], 'ready', [1, 1, 0, 0], 2],
  [[once('execute', 'latency', { millis: 500 })], 'ready', [1, 1, 0, 0], 2],
  [
    [once('execute', 'rate-limited', { retryAfterSeconds: 1 })],
    'ready',
    [1, 2, 0, 0],
    3,
  ],
  [[once('execute', 'rate-limited')], 'ready', [1, 2, 0, 0], 4],
  [
    [always('execute', 'rate-limited', { retryAfterSeconds: 600 })],
    'rate-limited',
    [1, 1, 0, 0],
    2,
  ],
  [
    [once('execute', 'server-error', { status: 500 })],
    'ready',
    [1, 2, 0, 0],
    3,
  ],
  [
    [
      once('execute', 'server-error', { status: 502 }),
      once('execute', 'server-error', { status: 503 }),
    ],
    'ready',
    [1, 3, 0, 0],
    4,
  ],
  [
    [always('execute', 'server-error', { status: 500 })],
    'upstream-failed',
    [1, 4, 0, 0],
    5,
  ],
  [
    [always('execute', 'html-page', { status: 503 })],
    'upstream-failed',
    [1, 4, 0, 0],
    5,
  ],
  [
    [always('execute', 'html-page', { status: 200 })],
    'not-json',
    [1, 1, 0, 0],
    2,
  ],
  [
    [always('execute', 'html-page', { status: 404 })],
    'not-found',
    [1, 1, 0, 0],
    2,
  ],
  [[always('execute', 'redirect')], 'redirected', [1, 1, 0, 0], 2],
  [
    [always('execute', 'truncated-json')],
    'truncated-response',
    [1, 1, 0, 0],
    2,
  ],
  [[once('execute', 'failed')], 'query-failed', [1, 1, 0, 0], 2],
  [[once('execute', 'cancelled')], 'query-cancelled', [1, 1, 0, 0], 2],
  [[once('execute', 'result-gone')], 'result-gone', [1, 1, 0, 0], 2],
  [[once('execute', 'without-result')], 'ready', [1, 1, 1, 0], 2],
  [[once('execute', 'token-revoked')], 'ready', [2, 2, 0, 0], 2],
  [
    [always('execute', 'token-revoked')],
    'invalid-credentials',
    [2, 2, 0, 0],
    2,
  ],
  [[once('execute', 'connection-reset')], 'ready', [1, 2, 0, 0], 3],
  [[always('execute', 'connection-reset')], 'unreachable', [1, 4, 0, 0], 5],
  [[slow(3_000)], 'ready', [1, 1, 0, 0], 5],
  [[slow(5_500)], 'ready', [1, 1, 1, 0], 8],
  [
    [once('execute', 'not-started', { millis: 5_500 })],
    'ready',
    [1, 1, 1, 0],
    8,
  ],
  [[once('token', 'server-error', { status: 500 })], 'ready', [2, 1, 0, 0], 3],
  [
    [always('token', 'html-page', { status: 200 })],
    'not-json',
    [1, 0, 0, 0],
    2,
  ],
  [[always('token', 'redirect')], 'redirected', [1, 0, 0, 0], 2],
  [[always('token', 'truncated-json')], 'truncated-response', [1, 0, 0, 0], 2],
  [
    [always('token', 'rate-limited', { retryAfterSeconds: 600 })],
    'rate-limited',
    [1, 0, 0, 0],
    2,
  ],
  [[always('token', 'connection-reset')], 'unreachable', [4, 0, 0, 0], 5],
  [
    [slow(20_000), always('poll', 'html-page', { status: 200 })],
    'not-json',
    [1, 1, 1, 1],
    8,
  ],
  [
    [slow(20_000), always('poll', 'truncated-json')],
    'truncated-response',
    [1, 1, 1, 1],
    12,
  ],
  [
    [slow(20_000), always('poll', 'connection-reset')],
    'unreachable',
    [1, 1, 4, 1],
    10,
  ],
  [
    [slow(5_500), once('poll', 'server-error', { status: 503 })],
    'ready',
    [1, 1, 2, 0],
    9,
  ],
];

describe('faults of an environment', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
  });

  afterAll(async () => {
    await sandbox?.stop();
  });

  it('are all in the table', () => {
    expect(table.length).toBeGreaterThanOrEqual(25);
  });

  it.each(table)(
    '%j: %s after %j calls',
    async (faults, outcome, calls, seconds) => {
      await sandbox.reset();
      for (const fault of faults) {
        await sandbox.fault(fault);
      }
      const observed: Observation[] = [];
      const client = DynatraceClient.create({
        config: { environments: [sandbox.environment()] },
        onObservation: observation => observed.push(observation),
      });
      const started = performance.now();
      const bytes = await client.card(request);
      const took = (performance.now() - started) / 1000;
      const text = new TextDecoder().decode(bytes);
      const note = {
        severity: 'error',
        code: outcome,
        environment: 'production',
        message: expect.stringMatching(/^[^A-Z]/),
      };
      expect(JSON.parse(text)).toMatchObject(
        outcome === 'ready'
          ? { state: 'ready', notes: [] }
          : { state: 'failed', notes: [note] },
      );
      const {
        token = 0,
        execute = 0,
        poll = 0,
        cancel = 0,
      } = await sandbox.calls();
      expect([token, execute, poll, cancel]).toEqual(calls);
      // A busy machine may take its time; the deadline is 30 s.
      expect(took).toBeLessThan(seconds + 10);
      expect(text + JSON.stringify(observed)).not.toMatch(
        /SANDBOX\.SECRET|Bearer/,
      );
      client.close();
    },
    30_000,
  );

  it.each([
    ['execute', [1, 1, 0, 0]],
    ['token', [1, 0, 0, 0]],
  ])(
    'a hang of %s ends with the time that the configuration gives',
    async (route, calls) => {
      await sandbox.reset();
      await sandbox.fault(always(route, 'hang'));
      const observed: Observation[] = [];
      const client = DynatraceClient.create({
        config: {
          environments: [
            {
              ...sandbox.environment(),
              limits: { requestTimeoutSeconds: 2 },
            },
          ],
        },
        onObservation: observation => observed.push(observation),
      });
      const started = performance.now();
      const text = new TextDecoder().decode(await client.card(request));
      const took = (performance.now() - started) / 1000;
      expect(JSON.parse(text)).toMatchObject({
        state: 'failed',
        notes: [
          {
            code: 'deadline-exceeded',
            message: expect.stringContaining('no answer within 2 s'),
          },
        ],
      });
      const {
        token = 0,
        execute = 0,
        poll = 0,
        cancel = 0,
      } = await sandbox.calls();
      expect([token, execute, poll, cancel]).toEqual(calls);
      expect(took).toBeGreaterThanOrEqual(1.9);
      // A busy machine may take its time; without the setting it would be 20 s or 30 s.
      expect(took).toBeLessThan(15);
      expect(text + JSON.stringify(observed)).not.toMatch(
        /SANDBOX\.SECRET|Bearer/,
      );
      client.close();
    },
    30_000,
  );
});
