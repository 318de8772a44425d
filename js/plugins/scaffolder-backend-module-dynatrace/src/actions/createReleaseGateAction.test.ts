import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { parse } from 'yaml';
import { connectSandbox } from '../__testUtils__/connectSandbox';
import { runStep } from '../__testUtils__/runStep';
import { Sandbox } from '../__testUtils__/Sandbox';
import { SandboxGate } from '../__testUtils__/SandboxGate';
import { createReleaseGateAction } from './createReleaseGateAction';
import { examples } from './createReleaseGateAction.examples';

jest.setTimeout(60_000);

function component(name: string, annotations: Record<string, string> = {}) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, annotations },
  };
}

/** Its tests are those that this file sends, and nothing else is known of it. */
const probe = { 'github.com/project-slug': 'example/gate-probe' };

describe('dynatrace:release:gate', () => {
  let sandbox: Sandbox;
  let gate: SandboxGate;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await test('1.0.0', '<testcase name="adds"/>');
    await test('1.1.0', '<testcase name="adds"><failure/></testcase>');
  });

  afterAll(async () => {
    await sandbox?.stop();
  });

  beforeEach(async () => {
    await sandbox.reset();
    gate = await SandboxGate.start(sandbox);
  });

  afterEach(async () => {
    await gate.stop();
  });

  /** Sends the results of the tests of a version. */
  async function test(version: string, cases: string) {
    const { environments } = connectSandbox(sandbox.environment(), {
      dynatrace: {},
    });
    await environments.sendEvent({
      id: `tests of ${version}`,
      type: 'test',
      repositoryUrl: 'https://github.com/example/gate-probe',
      version,
      results: [
        {
          file: 'report.xml',
          xml: `<testsuite name="probe">${cases}</testsuite>`,
        },
      ],
    });
    environments.close();
  }

  function action(
    decision:
      AuthorizeResult.ALLOW | AuthorizeResult.DENY = AuthorizeResult.ALLOW,
  ) {
    const { environments } = connectSandbox(gate.environment(), {
      dynatrace: {},
    });
    return createReleaseGateAction({
      catalog: catalogServiceMock({
        entities: [
          component('probe', probe),
          component('bare'),
          component('cart', {
            'github.com/project-slug': 'example/cart',
            'backstage.io/kubernetes-id': 'webshop.cart',
          }),
          { ...component('webshop', probe), kind: 'System' },
        ],
      }),
      environments,
      permissions: mockServices.permissions.mock({
        authorize: async () => [{ result: decision }],
      }),
    });
  }

  function run(
    input: object,
    options: {
      of?: ReturnType<typeof action>;
      isDryRun?: boolean;
      signal?: AbortSignal;
      outputs?: Record<string, any>;
    } = {},
  ) {
    const { of = action(), ...rest } = options;
    return runStep(of, input, { workspacePath: '/', ...rest });
  }

  it('lets a release through whose tests pass', async () => {
    expect(
      await run({ entity: 'component:default/probe', version: '1.0.0' }),
    ).toMatchObject({
      verdict: 'pass',
      aspects: [{ aspect: 'tests', verdict: 'pass' }],
      leftOut: expect.arrayContaining([
        { aspect: 'problems', annotations: expect.any(Array) },
      ]),
      markdown: expect.stringContaining('pass'),
    });
  });

  it('stops a release with a test that fails, and outputs why', async () => {
    const outputs: Record<string, any> = {};
    await expect(
      run({ entity: 'probe', version: '1.1.0' }, { outputs }),
    ).rejects.toThrow(/the verdict about the release is 'fail': tests: /);
    expect(outputs).toMatchObject({
      verdict: 'fail',
      aspects: [
        {
          aspect: 'tests',
          verdict: 'fail',
          reasons: [{ verdict: 'fail', text: expect.stringContaining('adds') }],
        },
      ],
    });
  });

  it('goes by the bounds and the verdicts of the step', async () => {
    const input = {
      annotations: probe,
      version: '1.1.0',
      aspects: { tests: { failing: { warning: 0, fail: 1 } } },
    };
    expect(await run(input)).toMatchObject({ verdict: 'warning' });
    await expect(
      run({ ...input, failOn: ['warning', 'fail'] }),
    ).rejects.toThrow(/'warning'/);
    expect(
      await run({ annotations: probe, version: '1.1.0', failOn: [] }),
    ).toMatchObject({ verdict: 'fail' });
  });

  it.each([
    ['catalog', {}, 'fail'],
    ['cart', {}, 'pass'],
    ['cart', { budgetLeft: { warning: 100 } }, 'warning'],
  ])(
    'goes by the error budgets of %s in production, with %j',
    async (service, objectives, verdict) => {
      expect(
        await run({
          annotations: {
            'dynatrace.com/slo-tags': `service=${service},stage=production`,
          },
          aspects: { objectives },
          failOn: [],
        }),
      ).toMatchObject({
        verdict,
        aspects: [
          {
            aspect: 'objectives',
            reasons: [
              {
                text: expect.stringContaining(
                  `${service} success rate production: `,
                ),
              },
            ],
          },
        ],
      });
    },
  );

  it('lets nothing through of which nothing can be seen, unless told otherwise', async () => {
    const input = {
      annotations: probe,
      version: '9.9.9',
      aspects: { tests: {} },
    };
    await expect(run(input)).rejects.toThrow(/'fail'/);
    expect(await run({ ...input, missing: 'warning' })).toMatchObject({
      verdict: 'warning',
    });
  });

  it('counts an environment that does not answer as not seen', async () => {
    await sandbox.addFault({
      kind: 'server-error',
      status: 400,
      route: 'execute',
    });
    const outputs: Record<string, any> = {};
    await expect(
      run({ annotations: probe, version: '1.0.0' }, { outputs }),
    ).rejects.toThrow(/'fail'/);
    expect(JSON.stringify(outputs.aspects)).toContain('production');
  });

  it('says in a dry run what a run would say, and writes nothing either way', async () => {
    const input = { annotations: probe, version: '1.0.0' };
    expect(await run(input, { isDryRun: true })).toMatchObject({
      verdict: 'pass',
    });
    await run(input);
    expect(gate.writes).toEqual([]);
  });

  it('asks nothing for a task that was cancelled before', async () => {
    await expect(
      run({ annotations: probe }, { signal: AbortSignal.abort() }),
    ).rejects.toThrow(/cancelled/);
  });

  it('asks nothing about an entity whose cards the user may not see', async () => {
    const before = await sandbox.calls('execute');
    await expect(
      run({ entity: 'probe' }, { of: action(AuthorizeResult.DENY) }),
    ).rejects.toThrow(
      /`dynatrace.card.read` is not granted for component:default\/probe/,
    );
    expect(await sandbox.calls('execute')).toBe(before);
  });

  it.each([
    ['neither entity nor annotations', {}, /`entity` or `annotations`/],
    ['both', { entity: 'probe', annotations: probe }, /not both/],
    [
      'an entity that is not there',
      { entity: 'nobody' },
      /no component:default\/nobody/,
    ],
    ['a system', { entity: 'system:webshop' }, /name one of its components/],
    ['a component without annotations', { entity: 'bare' }, /no annotation/],
    ['no aspect', { annotations: probe, aspects: {} }, /`aspects` names none/],
  ])('refuses %s', async (_, input, message) => {
    await expect(run(input)).rejects.toThrow(message);
  });

  it.each(examples.map(({ description, example }) => [description, example]))(
    'runs the example: %s',
    async (_, example) => {
      const [step] = parse(example).steps;
      expect(step.action).toBe(action().id);
      const { verdict, aspects } = await run({ ...step.input, failOn: [] });
      expect(['pass', 'warning', 'fail']).toContain(verdict);
      expect(aspects).not.toEqual([]);
    },
  );
});
