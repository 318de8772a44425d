import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { parse } from 'yaml';
import { connectSandbox } from '../__testUtils__/connectSandbox';
import { Checkpoints, runStep } from '../__testUtils__/runStep';
import { Sandbox } from '../__testUtils__/Sandbox';
import { SandboxGate } from '../__testUtils__/SandboxGate';
import { createGuardianCreateAction } from './createGuardianCreateAction';
import { examples } from './createGuardianCreateAction.examples';

jest.setTimeout(60_000);

const schema = 'app:dynatrace.site.reliability.guardian:guardians';

/** An objective that needs no profile. */
const orders = {
  name: 'Orders in an hour',
  query: 'fetch bizevents, from: -1h | summarize orders = count()',
  atLeast: true,
  target: 10,
};

describe('dynatrace:guardian:create', () => {
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
    const { writes = ['guardian'], decision } = options;
    return createGuardianCreateAction(
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
    return runStep(
      of,
      { name: 'orders', objectives: [orders], ...input },
      { workspacePath: '/', ...rest },
    );
  }

  async function guardians(name: string) {
    return (await sandbox.objects(schema)).filter(
      ({ value }) => value.name === name,
    );
  }

  it.each(examples.map(({ description, example }) => [description, example]))(
    'runs: %s',
    async (_, example) => {
      const [step] = parse(example).steps;
      expect(step.action).toBe(action().id);
      const output = await runStep(action(), step.input, {
        workspacePath: '/',
      });
      const [guardian, ...others] = await guardians(step.input.name);
      expect(others).toEqual([]);
      expect(output).toMatchObject({
        outcome: 'created',
        guardianId: guardian.objectId,
        url: expect.stringContaining(guardian.objectId),
      });
      expect(
        guardian.value.objectives.map(({ name }: { name: string }) => name),
      ).toEqual(output.objectives.map(({ name }: { name: string }) => name));
    },
  );

  it('makes one guardian of what was asked, and leaves it as it is the second time', async () => {
    const output = await run({
      tags: { service: 'orders', stage: 'production' },
      business: true,
    });
    const [guardian] = await guardians('orders');
    expect(output).toEqual({
      guardianId: guardian.objectId,
      externalId: 'backstage:guardian:orders',
      outcome: 'created',
      url: expect.stringContaining(guardian.objectId),
      objectives: [{ name: 'Orders in an hour', target: 10 }],
    });
    expect(guardian).toMatchObject({
      externalId: 'backstage:guardian:orders',
      value: {
        name: 'orders',
        tags: ['service:orders', 'stage:production'],
        eventKind: 'BIZ_EVENT',
        objectives: [
          {
            objectiveType: 'DQL',
            comparisonOperator: 'GREATER_THAN_OR_EQUAL',
            target: 10,
          },
        ],
      },
    });
    const writes = gate.writes.length;
    expect(
      await run({
        tags: { service: 'orders', stage: 'production' },
        business: true,
      }),
    ).toMatchObject({ outcome: 'unchanged', guardianId: guardian.objectId });
    expect(gate.writes).toHaveLength(writes);
  });

  it('brings the guardian up to date that it has made before', async () => {
    const { guardianId } = await run({});
    expect(
      await run({ objectives: [{ ...orders, target: 20 }] }),
    ).toMatchObject({ outcome: 'updated', guardianId });
    const [guardian, ...others] = await guardians('orders');
    expect(others).toEqual([]);
    expect(guardian.value.objectives).toMatchObject([{ target: 20 }]);
  });

  it('writes nothing in a dry run, and says what it would do', async () => {
    const output = await run({}, { isDryRun: true });
    expect(output).toMatchObject({ outcome: 'created' });
    expect(output.guardianId).toBeUndefined();
    expect(gate.writes).toEqual([]);
    await run({});
    expect(await run({}, { isDryRun: true })).toMatchObject({
      outcome: 'unchanged',
    });
  });

  it('says what the environment answers, and leaves nothing behind', async () => {
    await sandbox.addFault({
      kind: 'server-error',
      status: 500,
      route: 'settings',
    });
    await expect(run({})).rejects.toThrow(
      /Dynatrace environment 'production'.*500/,
    );
    await sandbox.reset();
    expect(await guardians('orders')).toEqual([]);
  });

  it('makes one guardian although the answer to the write is lost', async () => {
    gate.losing = 1;
    const checkpoints: Checkpoints = new Map();
    const first = await run({}, { checkpoints }).catch(() => undefined);
    const output = first ?? (await run({}, { checkpoints }));
    const [guardian, ...others] = await guardians('orders');
    expect(others).toEqual([]);
    expect(output.guardianId).toBe(guardian.objectId);
  });

  it('makes one guardian although the task breaks off and runs again', async () => {
    const checkpoints: Checkpoints = new Map();
    const task = new AbortController();
    gate.onWrite = () => task.abort();
    await expect(run({}, { signal: task.signal, checkpoints })).rejects.toThrow(
      /cancelled/,
    );
    gate.onWrite = () => {};
    expect(await run({}, { checkpoints })).toMatchObject({
      outcome: 'unchanged',
    });
    expect(await guardians('orders')).toHaveLength(1);
  });

  it('writes nothing for a task that was cancelled before', async () => {
    await expect(run({}, { signal: AbortSignal.abort() })).rejects.toThrow(
      /cancelled/,
    );
    expect(gate.writes).toEqual([]);
  });

  it('is denied without the switch and without the permission, also in a dry run', async () => {
    for (const isDryRun of [false, true]) {
      await expect(
        run({}, { isDryRun, of: action({ writes: ['event'] }) }),
      ).rejects.toThrow(/`dynatrace.writes` does not list `guardian`/);
      await expect(
        run({}, { isDryRun, of: action({ decision: AuthorizeResult.DENY }) }),
      ).rejects.toThrow(
        /`dynatrace.write.guardian` is not granted to user:default\/ada/,
      );
    }
    expect(gate.writes).toEqual([]);
  });

  it.each([
    ['no objective', { objectives: [] }, /`objectives` names none/],
    ['an empty name', { name: ' ' }, /`name`/],
    [
      'a mistake in the DQL',
      { objectives: [{ ...orders, query: 'fetch logs | fliter a' }] },
      /fliter/,
    ],
    ['a profile without a workload', { technology: 'worker' }, /`workload`/],
  ])('refuses %s before anything is sent', async (_, input, message) => {
    await expect(run(input)).rejects.toThrow(message);
    expect(gate.writes).toEqual([]);
  });
});
