import { createMockDirectory } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { parse } from 'yaml';
import { connectSandbox } from '../__testUtils__/connectSandbox';
import { Checkpoints, runStep } from '../__testUtils__/runStep';
import { Sandbox } from '../__testUtils__/Sandbox';
import { SandboxGate } from '../__testUtils__/SandboxGate';
import { createEventSendAction } from './createEventSendAction';
import { examples } from './createEventSendAction.examples';

jest.setTimeout(60_000);

const report = `<testsuite name="cart"><testcase name="adds" time="0.5"/>
<testcase name="removes"><failure message="no"/></testcase></testsuite>`;

describe('dynatrace:event:send', () => {
  const workspace = createMockDirectory();
  let sandbox: Sandbox;
  let gate: SandboxGate;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
  });

  afterAll(async () => {
    await sandbox?.stop();
  });

  beforeEach(async () => {
    await sandbox.reset();
    gate = await SandboxGate.start(sandbox);
    workspace.setContent({
      'reports/report.xml': report,
      'bomb.xml': '<!DOCTYPE x [<!ENTITY a "b">]><testsuite/>',
    });
  });

  afterEach(async () => {
    await gate.stop();
  });

  function action(
    options: {
      writes?: string[];
      decision?: AuthorizeResult.ALLOW | AuthorizeResult.DENY;
    } = {},
  ) {
    const { writes = ['event'], decision } = options;
    return createEventSendAction(
      connectSandbox(gate.environment(), { dynatrace: { writes }, decision }),
    );
  }

  function run(
    input: object,
    options: {
      of?: ReturnType<typeof action>;
      isDryRun?: boolean;
      signal?: AbortSignal;
      checkpoints?: Checkpoints;
    } = {},
  ) {
    const { of = action(), ...rest } = options;
    return runStep(of, input, { workspacePath: workspace.path, ...rest });
  }

  async function stored(query: string): Promise<number> {
    const { environments } = connectSandbox(sandbox.environment(), {
      dynatrace: {},
    });
    const { rows } = await environments.query({ query });
    environments.close();
    return rows.length;
  }

  it('reports the test cases of the workspace', async () => {
    const outputs = await run({ type: 'test', results: ['reports'] });
    expect(outputs).toMatchObject({
      count: 2,
      tests: { total: 2, passed: 1, failed: 1, failures: ['cart: removes'] },
    });
    expect(await stored(outputs.query)).toBe(2);
  });

  it('writes nothing in a dry run, and says what it would send', async () => {
    expect(await run({ type: 'deployment' }, { isDryRun: true })).toMatchObject(
      { count: 1 },
    );
    expect(gate.writes).toEqual([]);
  });

  it('is denied without the switch and without the permission, also in a dry run', async () => {
    for (const isDryRun of [false, true]) {
      await expect(
        run({ type: 'build' }, { isDryRun, of: action({ writes: ['team'] }) }),
      ).rejects.toThrow(/`dynatrace.writes` does not list `event`/);
      await expect(
        run(
          { type: 'build' },
          { isDryRun, of: action({ decision: AuthorizeResult.DENY }) },
        ),
      ).rejects.toThrow(
        /`dynatrace.write.event` is not granted to user:default\/ada/,
      );
    }
    expect(gate.writes).toEqual([]);
  });

  it('leaves one event although the answer to the write is lost', async () => {
    gate.losing = 1;
    const checkpoints: Checkpoints = new Map();
    const input = { type: 'release' };
    const first = await run(input, { checkpoints }).catch(() => undefined);
    const { query } = first ?? (await run(input, { checkpoints }));
    expect(await stored(query)).toBe(1);
  });

  it('leaves one event although the task breaks off and runs again', async () => {
    const checkpoints: Checkpoints = new Map();
    const task = new AbortController();
    gate.onWrite = () => task.abort();
    await expect(
      run({ type: 'release' }, { signal: task.signal, checkpoints }),
    ).rejects.toThrow(/cancelled/);
    gate.onWrite = () => {};
    const { query } = await run({ type: 'release' }, { checkpoints });
    expect(await stored(query)).toBe(1);
    expect(gate.writes).toHaveLength(1);
  });

  it('does not send a second time in the same task', async () => {
    const checkpoints: Checkpoints = new Map();
    const first = await run({ type: 'build' }, { checkpoints });
    expect(await run({ type: 'build' }, { checkpoints })).toEqual(first);
    expect(gate.writes).toHaveLength(1);
  });

  it('sends nothing for a task that was cancelled before', async () => {
    await expect(
      run({ type: 'build' }, { signal: AbortSignal.abort() }),
    ).rejects.toThrow(/cancelled/);
    expect(gate.writes).toEqual([]);
  });

  it('says what the environment answers', async () => {
    await sandbox.addFault({
      kind: 'server-error',
      status: 400,
      route: 'ingest',
    });
    await expect(run({ type: 'build' })).rejects.toThrow(
      /Dynatrace environment 'production': Something went wrong/,
    );
  });

  it.each([
    ['a document type', 'bomb.xml', /document type/],
    ['a path outside the workspace', '../../etc/passwd', /outside|not/],
    ['a file that is not there', 'nothing.xml', /`nothing.xml`/],
  ])('refuses reports with %s', async (_, path, message) => {
    await expect(run({ type: 'test', results: [path] })).rejects.toThrow(
      message,
    );
    expect(gate.writes).toEqual([]);
  });

  it.each(examples.map(({ description, example }) => [description, example]))(
    'runs the example: %s',
    async (_, example) => {
      const [step] = parse(example).steps;
      expect(step.action).toBe(action().id);
      const outputs = await run(step.input);
      expect(await stored(outputs.query)).toBe(outputs.count);
    },
  );
});
