import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { parse } from 'yaml';
import { runStep } from '../__testUtils__/runStep';
import { Sandbox } from '../__testUtils__/Sandbox';
import { SandboxGate } from '../__testUtils__/SandboxGate';
import { DynatraceEnvironments } from '../service/DynatraceEnvironments';
import { DynatraceWrites } from '../service/DynatraceWrites';
import { createZoneOnboardAction } from './createZoneOnboardAction';
import { examples } from './createZoneOnboardAction.examples';

jest.setTimeout(60_000);

const schema = 'builtin:management-zones';

describe('dynatrace:zone:onboard', () => {
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
    workspace.clear();
  });

  afterEach(async () => {
    await gate.stop();
  });

  function action(config: object = {}, result: any = AuthorizeResult.ALLOW) {
    const rootConfig = mockServices.rootConfig({
      data: {
        dynatrace: {
          writes: ['zone'],
          environments: [gate.environment()],
          ...config,
        },
      },
    });
    return createZoneOnboardAction({
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

  function run(zone: string, options: any = {}, input: object = {}) {
    const { of = action(), ...rest } = options;
    return runStep(
      of,
      { zone, namespaces: ['returns'], group: 'returns-dev', ...input },
      { workspacePath: workspace.path, ...rest },
    );
  }

  async function zones(name: string) {
    return (await sandbox.objects(schema)).filter(
      ({ value }) => value.name === name,
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
      expect(output).toMatchObject({ zone: step.input.zone, step: 'create' });
    },
  );

  it('makes one zone, proposes segment and policy, and writes the requests', async () => {
    const output = await run('one');
    const [zone, ...others] = await zones('one');
    expect(others).toEqual([]);
    expect(zone.externalId).toBe('backstage:zone:one');
    expect(output).toMatchObject({
      objectId: zone.objectId,
      step: 'create',
      files: ['access-request/group.md', 'access-request/ticket.md'],
      sent: false,
    });
    expect(output.segment.includes).toContainEqual({
      dataObject: '_all_data_object',
      filter: 'k8s.namespace.name == "returns"',
    });
    expect(output.policy).toContain(
      'ALLOW storage:logs:read WHERE storage:k8s.namespace.name = "returns";',
    );
    const { 'access-request': documents } = workspace.content() as any;
    expect(documents['group.md']).toContain(output.policy);
    expect(documents['ticket.md']).toContain('user:default/ada');
  });

  it('keeps the zone as it is the second time, and brings another one up to date', async () => {
    await run('twice');
    expect(await run('twice')).toMatchObject({ step: 'keep' });
    expect(
      await run('twice', {}, { namespaces: ['returns', 'refunds'] }),
    ).toMatchObject({ step: 'update' });
    const [zone, ...others] = await zones('twice');
    expect(others).toEqual([]);
    expect(JSON.stringify(zone.value.rules)).toContain('refunds');
  });

  it('writes nothing in a dry run', async () => {
    const output = await run('dry', { isDryRun: true });
    expect(output).toMatchObject({ step: 'create', sent: false });
    expect(output.objectId).toBeUndefined();
    expect(gate.writes).toEqual([]);
    expect(workspace.content()).toEqual({});
  });

  it('makes one zone although the answer to the write is lost', async () => {
    gate.losing = 1;
    expect(await run('lost')).toMatchObject({ step: 'create' });
    expect(gate.writes).toHaveLength(2);
    expect(await zones('lost')).toHaveLength(1);
  });

  it('makes one zone although the task breaks off and runs again', async () => {
    const checkpoints = new Map();
    const task = new AbortController();
    gate.onWrite = () => task.abort();
    await expect(
      run('again', { signal: task.signal, checkpoints }),
    ).rejects.toThrow(/cancelled/);
    gate.onWrite = () => {};
    expect(await run('again', { checkpoints })).toMatchObject({ step: 'keep' });
    expect(await zones('again')).toHaveLength(1);
  });

  it('does not write a second time in the same task', async () => {
    const checkpoints = new Map();
    await run('once', { checkpoints });
    expect(await run('once', { checkpoints })).toMatchObject({
      step: 'create',
    });
    expect(gate.writes).toHaveLength(1);
  });

  it('leaves a zone of that name that somebody else has made', async () => {
    const [{ value }] = await sandbox.objects(schema);
    await expect(run(value.name)).rejects.toThrow(/was not made here/);
    expect(gate.writes).toEqual([]);
  });

  it('says what the environment answers, and leaves nothing behind', async () => {
    await sandbox.addFault({
      kind: 'server-error',
      status: 400,
      route: 'settings',
    });
    await expect(run('no')).rejects.toThrow(
      /Dynatrace environment 'production': Something went wrong/,
    );
    await sandbox.reset();
    expect(await zones('no')).toEqual([]);
  });

  it('writes nothing for a task that was cancelled before', async () => {
    await expect(run('no', { signal: AbortSignal.abort() })).rejects.toThrow(
      /cancelled/,
    );
    expect(gate.writes).toEqual([]);
  });

  it('is denied without the switch, and without the permission', async () => {
    await expect(run('no', { of: action({ writes: [] }) })).rejects.toThrow(
      /`dynatrace.writes` does not list `zone`/,
    );
    await expect(
      run('no', { of: action({}, AuthorizeResult.DENY) }),
    ).rejects.toThrow(
      /`dynatrace.write.zone` is not granted to user:default\/ada/,
    );
    expect(gate.writes).toEqual([]);
  });

  it.each([
    [{ namespaces: ['Returns"; ALLOW'] }, /which no namespace is named/],
    [{ cluster: 'a" OR "b' }, /which no cluster is named/],
  ])('refuses %j before anything is written', async (input, message) => {
    await expect(run('bad', {}, input)).rejects.toThrow(message);
    expect(gate.writes).toEqual([]);
  });

  it('fills in the documents of the configuration, and refuses unknown placeholders', async () => {
    const documents = [
      { path: 'ask.txt', template: '{{group}} for {{ zone }}\n' },
    ];
    await run('own', { of: action({ accessRequests: { documents } }) });
    expect(workspace.content()).toEqual({ 'ask.txt': 'returns-dev for own\n' });
    documents[0].template = '{{secret}}';
    await expect(
      run('own2', { of: action({ accessRequests: { documents } }) }),
    ).rejects.toThrow(/unknown placeholder `secret`/);
    expect(await zones('own2')).toEqual([]);
  });

  it('sends the documents to the webhook of the operator, once', async () => {
    const received: any[] = [];
    const server = createServer(async (request, response) => {
      received.push(await json(request));
      response.writeHead(202).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const webhook = { url: `http://127.0.0.1:${port}/` };
    const of = action({ accessRequests: { webhook } });
    const checkpoints = new Map();
    const output = await run('sent', { of, checkpoints }, { send: true });
    await run('sent', { of, checkpoints }, { send: true });
    server.close();
    server.closeAllConnections();
    expect(output.sent).toBe(true);
    expect(received).toEqual([
      expect.objectContaining({
        id: expect.any(String),
        zone: 'sent',
        group: 'returns-dev',
        requester: 'user:default/ada',
      }),
    ]);
  });

  it('says before it writes anything that there is nowhere to send to', async () => {
    await expect(run('nowhere', {}, { send: true })).rejects.toThrow(
      /dynatrace\.accessRequests\.webhook\.url/,
    );
    expect(gate.writes).toEqual([]);
  });
});
