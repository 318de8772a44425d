import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { JsonObject } from '@backstage/types';
import { parse } from 'yaml';
import { Sandbox } from '../__testUtils__/Sandbox';
import { DynatraceEnvironments } from '../service/DynatraceEnvironments';
import { DynatraceWrites } from '../service/DynatraceWrites';
import { createEventSendAction } from './createEventSendAction';
import { examples as eventExamples } from './createEventSendAction.examples';
import { createGuardianValidateAction } from './createGuardianValidateAction';
import { examples as guardianExamples } from './createGuardianValidateAction.examples';

const report = `<testsuite name="cart"><testcase name="adds" time="0.5"/>
<testcase name="removes"><failure message="no"/></testcase></testsuite>`;

describe('actions that write, against the sandbox', () => {
  const permissions = mockServices.permissions.mock();
  const workspace = createMockDirectory();
  let sandbox: Sandbox;
  let environments: DynatraceEnvironments;
  let checkpoints: Map<string, unknown>;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
  }, 60_000);

  afterAll(async () => {
    await sandbox?.stop();
  });

  beforeEach(async () => {
    await sandbox.reset();
    await sandbox.setExecutionSeconds(0);
    workspace.setContent({
      'reports/report.xml': report,
      'reports/bomb.txt': '<!DOCTYPE x>',
      'bomb.xml': '<!DOCTYPE x [<!ENTITY a "b">]><testsuite/>',
    });
    checkpoints = new Map();
    permissions.authorize.mockResolvedValue([
      { result: AuthorizeResult.ALLOW },
    ]);
  });

  afterEach(() => environments.close());

  function actions(writes: string[] = ['event', 'validation']) {
    const config = mockServices.rootConfig({
      data: { dynatrace: { ...sandbox.config(), writes } },
    });
    environments = DynatraceEnvironments.fromConfig(config);
    const options = {
      environments,
      writes: new DynatraceWrites({
        auditor: mockServices.auditor.mock(),
        config,
        permissions,
      }),
    };
    return {
      event: createEventSendAction(options),
      validate: createGuardianValidateAction(options),
    };
  }

  function contextFor<T extends JsonObject>(
    input: T,
    options?: { isDryRun?: boolean; signal?: AbortSignal },
  ) {
    return {
      ...createMockActionContext<T>({ input, workspacePath: workspace.path }),
      logger: mockServices.logger.mock(),
      checkpoint: async ({ key, fn }: { key: string; fn: () => any }) => {
        if (!checkpoints.has(key)) {
          checkpoints.set(key, await fn());
        }
        return checkpoints.get(key) as any;
      },
      ...options,
    };
  }

  async function outputsOf(
    action: { handler: (context: any) => Promise<void> },
    context: ReturnType<typeof contextFor>,
  ): Promise<Record<string, any>> {
    await action.handler(context);
    return Object.fromEntries(jest.mocked(context.output).mock.calls);
  }

  async function stored(query: string): Promise<number> {
    return (await environments.query({ query })).rows.length;
  }

  describe('dynatrace:event:send', () => {
    it('reports the test cases of the workspace', async () => {
      const { event } = actions();
      const outputs = await outputsOf(
        event,
        contextFor({ type: 'test', results: ['reports'] }),
      );
      expect(outputs).toMatchObject({
        count: 2,
        tests: { total: 2, passed: 1, failed: 1, failures: ['cart: removes'] },
      });
      expect(await stored(outputs.query)).toBe(2);
    });

    it('writes nothing in a dry run, and says what it would send', async () => {
      const { event } = actions();
      const context = contextFor({ type: 'deployment' }, { isDryRun: true });
      expect(await outputsOf(event, context)).toMatchObject({ count: 1 });
      expect(await sandbox.calls('ingest')).toBe(0);
    });

    it.each([
      ['a kind that is switched off', []],
      ['a permission that is denied', ['event']],
    ])('writes nothing with %s, also not in a dry run', async (_, writes) => {
      permissions.authorize.mockResolvedValue([
        { result: AuthorizeResult.DENY },
      ]);
      const { event } = actions(writes);
      for (const isDryRun of [false, true]) {
        await expect(
          event.handler(contextFor({ type: 'build' }, { isDryRun })),
        ).rejects.toMatchObject({ name: 'NotAllowedError' });
      }
      expect(await sandbox.calls('ingest')).toBe(0);
    });

    it('leaves one event where the connection breaks, and none where it is cancelled', async () => {
      const { event } = actions();
      await sandbox.addFault({
        kind: 'connection-reset',
        route: 'ingest',
        times: 1,
      });
      const outputs = await outputsOf(event, contextFor({ type: 'release' }));
      expect(await stored(outputs.query)).toBe(1);
      checkpoints.clear();
      const calls = await sandbox.calls('ingest');
      await expect(
        event.handler(
          contextFor({ type: 'build' }, { signal: AbortSignal.abort() }),
        ),
      ).rejects.toThrow(/cancelled/);
      expect(await sandbox.calls('ingest')).toBe(calls);
    }, 60_000);

    it('finds what an attempt has sent whose end was lost', async () => {
      const { event } = actions();
      const first = await outputsOf(event, contextFor({ type: 'build' }));
      for (const key of checkpoints.keys()) {
        if (key.endsWith('.done')) {
          checkpoints.delete(key);
        }
      }
      const second = await outputsOf(event, contextFor({ type: 'build' }));
      expect(second.id).toBe(first.id);
      expect(await stored(second.query)).toBe(1);
      expect(await sandbox.calls('ingest')).toBe(1);
    });

    it.each([
      ['a document type', 'bomb.xml', /document type/],
      ['a path outside the workspace', '../../etc/passwd', /outside|not/],
      ['a file that is not there', 'nothing.xml', /`nothing.xml`/],
    ])('refuses reports with %s', async (_, path, message) => {
      const { event } = actions();
      await expect(
        event.handler(contextFor({ type: 'test', results: [path] })),
      ).rejects.toThrow(message);
      expect(await sandbox.calls('ingest')).toBe(0);
    });

    it.each(
      eventExamples.map(({ description, example }) => [description, example]),
    )('runs the example: %s', async (_, example) => {
      const { event } = actions();
      const [step] = parse(example).steps;
      expect(step.action).toBe(event.id);
      const outputs = await outputsOf(event, contextFor(step.input));
      expect(await stored(outputs.query)).toBe(outputs.count);
    });
  });

  describe('dynatrace:guardian:validate', () => {
    it.each([
      ['pass', 'data record(load = 12.5)'],
      ['warning', 'data record(load = 75.0)'],
    ])('goes on with the verdict %s', async (verdict, query) => {
      await sandbox.addGuardian('probe', query);
      const { validate } = actions();
      const context = contextFor({ guardian: 'probe' });
      expect(await outputsOf(validate, context)).toMatchObject({
        verdict,
        objectives: [{ name: 'load', result: verdict }],
        markdown: expect.stringContaining(`| load | ${verdict} |`),
        url: expect.stringContaining('view_validation'),
      });
    }, 60_000);

    it.each([
      ['fail', 'data record(load = 99.0)'],
      ['error', 'data record(load = "none")'],
    ])('fails with the verdict %s, and outputs it', async (verdict, query) => {
      await sandbox.addGuardian('probe', query);
      const { validate } = actions();
      const context = contextFor({ guardian: 'probe' });
      await expect(validate.handler(context)).rejects.toThrow(
        `'probe' is '${verdict}'`,
      );
      expect(context.output).toHaveBeenCalledWith('verdict', verdict);
    }, 60_000);

    it('fails with a timeout, unless told otherwise', async () => {
      await sandbox.setExecutionSeconds(null);
      await sandbox.addGuardian('probe', 'data record(load = 1.0)');
      const { validate } = actions();
      const input = { guardian: 'probe', timeoutSeconds: 1 };
      await expect(validate.handler(contextFor(input))).rejects.toThrow(
        /'timeout'/,
      );
      checkpoints.clear();
      const outputs = await outputsOf(
        validate,
        contextFor({ ...input, failOn: ['fail'] }),
      );
      expect(outputs.verdict).toBe('timeout');
    }, 60_000);

    it('asks nothing of the guardian in a dry run or without permission', async () => {
      await sandbox.addGuardian('probe', 'data record(load = 1.0)');
      const input = { guardian: 'probe' };
      const { validate } = actions();
      const dryRun = contextFor(input, { isDryRun: true });
      expect(await outputsOf(validate, dryRun)).toMatchObject({
        verdict: 'dry-run',
      });
      permissions.authorize.mockResolvedValue([
        { result: AuthorizeResult.DENY },
      ]);
      await expect(validate.handler(contextFor(input))).rejects.toMatchObject({
        name: 'NotAllowedError',
      });
      expect(await sandbox.calls('ingest')).toBe(0);
    });

    it.each(
      guardianExamples.map(({ description, example }) => [
        description,
        example,
      ]),
    )('runs the example: %s', async (_, example) => {
      const { validate } = actions();
      const [step] = parse(example).steps;
      expect(step.action).toBe(validate.id);
      const context = contextFor({
        ...step.input,
        failOn: ['timeout'],
      });
      const outputs = await outputsOf(validate, context);
      expect(['pass', 'warning', 'fail', 'error', 'info']).toContain(
        outputs.verdict,
      );
    }, 60_000);
  });
});
