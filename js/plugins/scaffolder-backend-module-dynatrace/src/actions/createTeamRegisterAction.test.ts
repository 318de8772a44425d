import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { parse } from 'yaml';
import { runStep } from '../__testUtils__/runStep';
import { Sandbox } from '../__testUtils__/Sandbox';
import { SandboxGate } from '../__testUtils__/SandboxGate';
import { DynatraceEnvironments } from '../service/DynatraceEnvironments';
import { DynatraceWrites } from '../service/DynatraceWrites';
import { createTeamRegisterAction } from './createTeamRegisterAction';
import { examples } from './createTeamRegisterAction.examples';

jest.setTimeout(60_000);

const schema = 'builtin:ownership.teams';

function group(name: string, email?: string) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Group',
    metadata: { name },
    spec: {
      type: 'team',
      children: [],
      profile: { displayName: `Team ${name}`, ...(email && { email }) },
    },
  };
}

describe('dynatrace:team:register', () => {
  const workspace = createMockDirectory();
  let sandbox: Sandbox;
  let gate: SandboxGate;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
  });

  afterAll(async () => {
    await sandbox.stop();
  });

  beforeEach(async () => {
    gate = await SandboxGate.start(sandbox);
  });

  afterEach(async () => {
    await gate.stop();
  });

  function action(config: object = {}, result: any = AuthorizeResult.ALLOW) {
    const rootConfig = mockServices.rootConfig({
      data: {
        app: { baseUrl: 'https://portal.example' },
        dynatrace: {
          writes: ['team'],
          environments: [gate.environment()],
          ...config,
        },
      },
    });
    const names = ['team-a', 'returns', 'lost', 'again', 'dry', 'platform'];
    return createTeamRegisterAction({
      catalog: catalogServiceMock({ entities: names.map(it => group(it)) }),
      config: rootConfig,
      environments: DynatraceEnvironments.fromConfig(rootConfig),
      writes: new DynatraceWrites({
        auditor: mockServices.auditor.mock({
          createEvent: async () => ({ success: jest.fn(), fail: jest.fn() }),
        }),
        config: rootConfig,
        permissions: mockServices.permissions.mock({
          authorize: async () => [{ result }],
        }),
      }),
    });
  }

  function run(name: string, options: any = {}) {
    const { of = action(), ...rest } = options;
    return runStep(
      of,
      { group: `group:${name}` },
      { workspacePath: workspace.path, ...rest },
    );
  }

  async function teams(name: string) {
    return (await sandbox.objects(schema)).filter(
      ({ value }) => value.identifier === name,
    );
  }

  it.each(examples.map(({ description, example }) => [description, example]))(
    'runs: %s',
    async (_, example) => {
      const [step] = parse(example!).steps;
      expect(step.action).toBe(action().id);
      const output = await runStep(action(), step.input, {
        workspacePath: workspace.path,
      });
      expect(output).toMatchObject({ outcome: 'created' });
    },
  );

  it('makes one team of a group, and leaves it as it is the second time', async () => {
    expect(await run('returns')).toEqual({
      identifier: 'returns',
      externalId: 'backstage:group:default/returns',
      environment: 'production',
      outcome: 'created',
    });
    const before = await sandbox.objects(schema);
    expect(await run('returns')).toMatchObject({ outcome: 'unchanged' });
    expect(await sandbox.objects(schema)).toEqual(before);
    expect(await teams('returns')).toEqual([
      expect.objectContaining({
        externalId: 'backstage:group:default/returns',
        value: expect.objectContaining({ name: 'Team returns' }),
      }),
    ]);
  });

  it('writes nothing in a dry run', async () => {
    expect(await run('dry', { isDryRun: true })).toMatchObject({
      outcome: 'created',
    });
    expect(gate.writes).toEqual([]);
  });

  it('makes one team although the answer to the write is lost', async () => {
    gate.losing = 1;
    expect(await run('lost')).toMatchObject({ outcome: 'created' });
    expect(gate.writes).toHaveLength(2);
    expect(await teams('lost')).toHaveLength(1);
  });

  it('makes one team although the task breaks off and runs again', async () => {
    const checkpoints = new Map();
    const task = new AbortController();
    gate.onWrite = () => task.abort();
    await expect(
      run('again', { signal: task.signal, checkpoints }),
    ).rejects.toThrow(/cancelled/);
    gate.onWrite = () => {};
    expect(await run('again', { checkpoints })).toMatchObject({
      outcome: 'unchanged',
    });
    expect(await teams('again')).toHaveLength(1);
  });

  it('leaves a team of that name that it has not made', async () => {
    const before = await sandbox.objects(schema);
    await expect(run('platform')).rejects.toThrow(
      /`platform` exists and was not created from this group/,
    );
    expect(await sandbox.objects(schema)).toEqual(before);
    expect(gate.writes).toEqual([]);
  });

  it('says what the environment answers, and leaves nothing behind', async () => {
    await sandbox.addFault({
      kind: 'server-error',
      status: 400,
      route: 'settings',
    });
    await expect(run('dry')).rejects.toThrow(
      /Dynatrace environment 'production': Something went wrong/,
    );
    await sandbox.reset();
    expect(await teams('dry')).toEqual([]);
  });

  it('writes nothing for a task that was cancelled before', async () => {
    await expect(run('dry', { signal: AbortSignal.abort() })).rejects.toThrow(
      /cancelled/,
    );
    expect(gate.writes).toEqual([]);
  });

  it('is denied without the switch, and without the permission', async () => {
    await expect(run('dry', { of: action({ writes: [] }) })).rejects.toThrow(
      /`dynatrace.writes` does not list `team`/,
    );
    await expect(
      run('dry', { of: action({}, AuthorizeResult.DENY) }),
    ).rejects.toThrow(/`dynatrace.write.team` is not granted/);
    expect(gate.writes).toEqual([]);
  });

  it('says that the catalog has no such group for this user', async () => {
    await expect(run('nobody')).rejects.toThrow(/no group:default\/nobody/);
  });
});
