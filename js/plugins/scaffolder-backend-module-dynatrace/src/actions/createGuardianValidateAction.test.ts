import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { parse } from 'yaml';
import { connectSandbox } from '../__testUtils__/connectSandbox';
import { Checkpoints, runStep } from '../__testUtils__/runStep';
import { Sandbox } from '../__testUtils__/Sandbox';
import { SandboxGate } from '../__testUtils__/SandboxGate';
import { createGuardianValidateAction } from './createGuardianValidateAction';
import { examples } from './createGuardianValidateAction.examples';

jest.setTimeout(60_000);

describe('dynatrace:guardian:validate', () => {
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
    await sandbox.setExecutionSeconds(0);
    gate = await SandboxGate.start(sandbox);
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
    const { writes = ['validation'], decision } = options;
    return createGuardianValidateAction(
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
      outputs?: Record<string, any>;
    } = {},
  ) {
    const { of = action(), ...rest } = options;
    return runStep(of, input, { workspacePath: '/', ...rest });
  }

  it.each([
    ['pass', 'data record(load = 12.5)'],
    ['warning', 'data record(load = 75.0)'],
  ])('goes on with the verdict %s', async (verdict, query) => {
    await sandbox.addGuardian('probe', query);
    expect(await run({ guardian: 'probe' })).toMatchObject({
      verdict,
      objectives: [{ name: 'load', result: verdict }],
      markdown: expect.stringContaining(`| load | ${verdict} |`),
      url: expect.stringContaining('view_validation'),
    });
  });

  it.each([
    ['fail', 'data record(load = 99.0)'],
    ['error', 'data record(load = "none")'],
  ])('fails with the verdict %s, and outputs it', async (verdict, query) => {
    await sandbox.addGuardian('probe', query);
    const outputs: Record<string, any> = {};
    await expect(run({ guardian: 'probe' }, { outputs })).rejects.toThrow(
      `'probe' is '${verdict}'`,
    );
    expect(outputs.verdict).toBe(verdict);
  });

  it('fails with a timeout, unless told otherwise', async () => {
    await sandbox.setExecutionSeconds(null);
    await sandbox.addGuardian('probe', 'data record(load = 1.0)');
    const input = { guardian: 'probe', timeoutSeconds: 1 };
    await expect(run(input)).rejects.toThrow(/'timeout'/);
    expect(await run({ ...input, failOn: ['fail'] })).toMatchObject({
      verdict: 'timeout',
    });
  });

  it('asks nothing of the guardian in a dry run, without the switch or without the permission', async () => {
    await sandbox.addGuardian('probe', 'data record(load = 1.0)');
    const input = { guardian: 'probe' };
    expect(await run(input, { isDryRun: true })).toMatchObject({
      verdict: 'dry-run',
    });
    for (const isDryRun of [false, true]) {
      await expect(
        run(input, { isDryRun, of: action({ writes: ['guardian'] }) }),
      ).rejects.toThrow(/`dynatrace.writes` does not list `validation`/);
      await expect(
        run(input, {
          isDryRun,
          of: action({ decision: AuthorizeResult.DENY }),
        }),
      ).rejects.toThrow(
        /`dynatrace.write.validation` is not granted to user:default\/ada/,
      );
    }
    expect(gate.writes).toEqual([]);
  });

  it('asks the guardian once although the answer to that is lost', async () => {
    await sandbox.addGuardian('lost', 'data record(load = 1.0)');
    gate.losing = 1;
    const checkpoints: Checkpoints = new Map();
    const input = { guardian: 'lost' };
    const first = await run(input, { checkpoints }).catch(() => undefined);
    const outputs = first ?? (await run(input, { checkpoints }));
    expect(outputs).toMatchObject({ verdict: 'pass' });
    expect(await validations('lost')).toBe(1);
  });

  it('asks the guardian once although the task breaks off and runs again', async () => {
    await sandbox.addGuardian('again', 'data record(load = 1.0)');
    const checkpoints: Checkpoints = new Map();
    const task = new AbortController();
    gate.onWrite = () => task.abort();
    const input = { guardian: 'again' };
    await expect(
      run(input, { signal: task.signal, checkpoints }),
    ).rejects.toThrow(/cancelled/);
    gate.onWrite = () => {};
    const outputs = await run(input, { checkpoints });
    expect(outputs).toMatchObject({ verdict: 'pass' });
    expect(await validations('again')).toBe(1);
  });

  it('asks nothing for a task that was cancelled before', async () => {
    await sandbox.addGuardian('probe', 'data record(load = 1.0)');
    await expect(
      run({ guardian: 'probe' }, { signal: AbortSignal.abort() }),
    ).rejects.toThrow(/cancelled/);
    expect(gate.writes).toEqual([]);
  });

  it('says which guardians there are where the one asked for is not among them', async () => {
    await expect(run({ guardian: 'nobody' })).rejects.toThrow(/`nobody`/);
    expect(gate.writes).toEqual([]);
  });

  it.each(examples.map(({ description, example }) => [description, example]))(
    'runs the example: %s',
    async (_, example) => {
      const [step] = parse(example).steps;
      expect(step.action).toBe(action().id);
      const { verdict } = await run({ ...step.input, failOn: ['timeout'] });
      expect(['pass', 'warning', 'fail', 'error', 'info']).toContain(verdict);
    },
  );

  /** How many validations of the guardians with that name began; a reset leaves events and gives ids anew. */
  async function validations(guardian: string): Promise<number> {
    const { environments } = connectSandbox(sandbox.environment(), {
      dynatrace: {},
    });
    const { rows } = await environments.query({
      query: `fetch events | filter event.kind == "SDLC_EVENT" and event.type == "validation" and event.status == "started" and dt.srg.name == "${guardian}"`,
    });
    environments.close();
    return rows.length;
  }
});
