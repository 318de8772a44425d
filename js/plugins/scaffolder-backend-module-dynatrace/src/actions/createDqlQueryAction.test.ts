import { mockServices } from '@backstage/backend-test-utils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { JsonObject } from '@backstage/types';
import {
  DynatraceEnvironment,
  succeededWith,
} from '../__testUtils__/DynatraceEnvironment';
import { DynatraceEnvironments } from '../service/DynatraceEnvironments';
import { createDqlQueryAction } from './createDqlQueryAction';

const platformToken = 'dt0s16.TEST.VERY-SECRET';

describe('dynatrace:dql:query', () => {
  let dynatrace: DynatraceEnvironment;

  beforeEach(async () => {
    dynatrace = await DynatraceEnvironment.start();
  });

  afterEach(async () => {
    await dynatrace.stop();
  });

  function environment(name: string): JsonObject {
    return { name, url: dynatrace.url, platformToken };
  }

  function actionFor(
    config: JsonObject | undefined,
    auditor = mockServices.auditor.mock(),
  ) {
    const environments = DynatraceEnvironments.fromConfig(
      mockServices.rootConfig({
        data: config === undefined ? {} : { dynatrace: config },
      }),
    );
    return createDqlQueryAction({ auditor, environments });
  }

  function contextFor(
    input: {
      query: string;
      environment?: string;
      from?: string;
      maxRecords?: number;
    },
    options?: { isDryRun?: boolean; signal?: AbortSignal },
  ) {
    const logger = mockServices.logger.mock();
    return {
      ...createMockActionContext({ input, workspacePath: '/' }),
      logger,
      ...options,
    };
  }

  function outputsOf(context: ReturnType<typeof contextFor>) {
    return Object.fromEntries(jest.mocked(context.output).mock.calls);
  }

  it('leaves an audit event that tells who asked and what it cost, and not the query', async () => {
    const success = jest.fn();
    const auditor = mockServices.auditor.mock({
      createEvent: async () => ({ success, fail: jest.fn() }),
    });
    dynatrace.answer.body = succeededWith({ records: [{ a: 1 }], types: [] });
    const context = contextFor({ query: 'fetch logs | filter name == "ada"' });
    await actionFor(
      { environments: [environment('production')] },
      auditor,
    ).handler(context);
    const [[event]] = auditor.createEvent.mock.calls;
    expect(event).toEqual({
      eventId: 'dynatrace-query',
      meta: expect.objectContaining({
        fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
      }),
    });
    expect(JSON.stringify(event)).not.toContain('ada');
    expect(success).toHaveBeenCalledWith({
      meta: { environment: 'production', records: 1, scannedBytes: 4096 },
    });
  });

  it('audits a query that failed by the kind of its error', async () => {
    const fail = jest.fn();
    const auditor = mockServices.auditor.mock({
      createEvent: async () => ({ success: jest.fn(), fail }),
    });
    const context = contextFor({
      query: 'fetch logs | filter name == "ada"',
      environment: 'nowhere',
    });
    await expect(
      actionFor({ environments: [environment('production')] }, auditor).handler(
        context,
      ),
    ).rejects.toThrow('nowhere');
    const [[{ error }]] = fail.mock.calls;
    expect(error.message).toBe('NotFoundError');
  });

  it('hands records, columns and cost to the next steps', async () => {
    dynatrace.answer.body = succeededWith({
      records: [
        { name: 'cart', 'count()': '9007199254740993', tags: ['a'] },
        { name: 'checkout', __proto__field: true },
      ],
      types: [
        {
          indexRange: [0, 1],
          mappings: {
            name: { type: 'string' },
            'count()': { type: 'long' },
            tags: {
              type: 'array',
              types: [
                {
                  indexRange: [0, 0],
                  mappings: { element: { type: 'string' } },
                },
              ],
            },
            __proto__field: { type: 'boolean' },
          },
        },
      ],
    });
    const context = contextFor({ query: 'fetch logs' });
    await actionFor({ environments: [environment('production')] }).handler(
      context,
    );
    expect(outputsOf(context)).toEqual({
      rows: [
        {
          name: 'cart',
          'count()': '9007199254740993',
          tags: ['a'],
          __proto__field: null,
        },
        { name: 'checkout', 'count()': null, tags: null, __proto__field: true },
      ],
      columns: [
        { name: 'name', type: 'string' },
        { name: 'count()', type: 'long' },
        { name: 'tags', type: 'array' },
        { name: '__proto__field', type: 'boolean' },
      ],
      count: 2,
      scannedBytes: 4096,
      notebookUrl: expect.stringMatching(
        new RegExp(`^${dynatrace.url}/.*fetch%20logs`),
      ),
      notes: [],
    });
  });

  it('asks the chosen environment for as many records as wanted', async () => {
    const other = await DynatraceEnvironment.start();
    await actionFor({
      environments: [
        { name: 'staging', url: other.url, platformToken },
        environment('production'),
      ],
    }).handler(
      contextFor({
        query: 'fetch logs',
        environment: 'production',
        maxRecords: 7,
      }),
    );
    await other.stop();
    expect(other.executed).toEqual([]);
    expect(dynatrace.executed).toEqual([
      expect.objectContaining({ query: 'fetch logs', maxResultRecords: 7 }),
    ]);
  });

  it('says in the log what to know about the result', async () => {
    dynatrace.answer.body = succeededWith({
      records: [],
      types: [],
      notifications: [
        {
          severity: 'WARNING',
          notificationType: 'SCAN_LIMIT_GBYTES',
          message: 'Your query stopped after 100 gigabytes.',
        },
      ],
    });
    const context = contextFor({ query: 'fetch logs' });
    await actionFor({ environments: [environment('production')] }).handler(
      context,
    );
    expect(context.logger.warn).toHaveBeenCalledTimes(1);
    expect(outputsOf(context).notes).toEqual([
      expect.objectContaining({ severity: 'warning' }),
    ]);
  });

  it('cancels the query when the task is cancelled', async () => {
    dynatrace.answer = {
      status: 202,
      body: { state: 'RUNNING', requestToken: 'a/+==', ttlSeconds: 400 },
    };
    const task = new AbortController();
    const polled = dynatrace.polled();
    const cancelled = dynatrace.cancelled();
    const run = actionFor({
      environments: [environment('production')],
    }).handler(contextFor({ query: 'fetch logs' }, { signal: task.signal }));
    await polled;
    task.abort();
    await expect(run).rejects.toThrow('cancelled');
    await cancelled;
  });

  it('explains what Dynatrace refuses', async () => {
    dynatrace.answer = {
      status: 400,
      body: {
        error: {
          code: 400,
          message: 'UNKNOWN_COMMAND',
          details: {
            exceptionType: 'DQL-SYNTAX-ERROR',
            errorType: 'UNKNOWN_COMMAND',
            errorMessage: "There's no command `limt`.",
            syntaxErrorPosition: {
              start: { line: 1, column: 14, index: 13 },
              end: { line: 1, column: 17, index: 16 },
            },
          },
        },
      },
    };
    const run = actionFor({
      environments: [environment('production')],
    }).handler(contextFor({ query: 'fetch logs | limt 5' }));
    await expect(run).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(/production.*limt/),
    });
  });

  it('does not show the token when Dynatrace refuses it', async () => {
    dynatrace.answer = {
      status: 401,
      body: { error: { code: 401, message: `bad token ${platformToken}` } },
    };
    const context = contextFor({ query: 'fetch logs' });
    const run = actionFor({
      environments: [environment('production')],
    }).handler(context);
    await expect(run).rejects.toMatchObject({
      message: expect.not.stringContaining('VERY-SECRET'),
    });
    expect(
      JSON.stringify([
        context.logger.info.mock.calls,
        context.logger.warn.mock.calls,
      ]),
    ).not.toContain('VERY-SECRET');
  });

  describe.each([
    ['a dry run', true],
    ['a run', false],
  ])('%s', (_, isDryRun) => {
    it.each([
      ['no configuration', undefined, undefined, /`dynatrace.environments`/],
      [
        'no environments',
        { environments: [] },
        undefined,
        /`dynatrace.environments`/,
      ],
      [
        'an environment that is not configured',
        {
          environments: [
            { name: 'production', url: 'https://a', platformToken },
          ],
        },
        'staging',
        /`staging`/,
      ],
      [
        'several environments and no choice',
        {
          environments: ['a', 'b'].map(name => ({
            name,
            url: `https://${name}`,
            platformToken,
          })),
        },
        undefined,
        /`a`.*`b`/,
      ],
      [
        'an environment without credentials',
        { environments: [{ name: 'production', url: 'https://a' }] },
        'production',
        /`platformToken`/,
      ],
      [
        'a configuration that cannot be read',
        { environments: 'production' },
        undefined,
        /environments/,
      ],
    ])('fails for %s', async (__, config, name, message) => {
      const run = actionFor(config).handler(
        contextFor({ query: 'fetch logs', environment: name }, { isDryRun }),
      );
      await expect(run).rejects.toThrow(message);
    });

    it('fails for half a timeframe', async () => {
      const run = actionFor({
        environments: [environment('production')],
      }).handler(
        contextFor(
          { query: 'fetch logs', from: '2026-01-31T12:00:00Z' },
          { isDryRun },
        ),
      );
      await expect(run).rejects.toMatchObject({ name: 'InputError' });
      expect(dynatrace.executed).toEqual([]);
    });
  });

  it('asks nothing in a dry run, and has empty outputs', async () => {
    const context = contextFor({ query: 'fetch logs' }, { isDryRun: true });
    await actionFor({ environments: [environment('production')] }).handler(
      context,
    );
    expect(dynatrace.executed).toEqual([]);
    expect(outputsOf(context)).toEqual({
      rows: [],
      columns: [],
      count: 0,
      scannedBytes: 0,
      notes: [],
    });
  });

  it('declares that it supports dry runs', () => {
    expect(actionFor(undefined).supportsDryRun).toBe(true);
  });

  it('describes its input and output', () => {
    const { schema } = actionFor(undefined);
    expect(schema?.input).toMatchObject({
      required: ['query'],
      properties: {
        query: { type: 'string', minLength: 1 },
        environment: { type: 'string' },
        from: { type: 'string', format: 'date-time' },
        to: { type: 'string', format: 'date-time' },
        maxRecords: { type: 'integer', exclusiveMinimum: 0 },
      },
    });
    expect(Object.keys(schema?.output?.properties ?? {})).toEqual([
      'rows',
      'columns',
      'count',
      'scannedBytes',
      'notebookUrl',
      'notes',
    ]);
  });
});
