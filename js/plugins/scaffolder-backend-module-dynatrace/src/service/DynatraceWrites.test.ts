import { mockServices } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { JsonObject } from '@backstage/types';
import { Attempt, DynatraceWrites, WritingStep } from './DynatraceWrites';

const write = {
  kind: 'event' as const,
  key: 'send',
  meta: { type: 'deployment' },
};

describe('DynatraceWrites', () => {
  const success = jest.fn();
  const fail = jest.fn();
  const auditor = mockServices.auditor.mock({
    createEvent: async () => ({ success, fail }),
  });
  const permissions = mockServices.permissions.mock();
  let checkpoints: Map<string, unknown>;

  beforeEach(() => {
    jest.clearAllMocks();
    checkpoints = new Map();
    permissions.authorize.mockResolvedValue([
      { result: AuthorizeResult.ALLOW },
    ]);
  });

  function writesWith(dynatrace: JsonObject) {
    const config = mockServices.rootConfig({ data: { dynatrace } });
    return new DynatraceWrites({ auditor, config, permissions });
  }

  /** A run of the step, over the checkpoints that earlier runs have left. */
  function run(each?: JsonObject): WritingStep {
    return {
      ...createMockActionContext({ workspacePath: '/' }),
      user: { ref: 'user:default/ada' },
      each,
      checkpoint: (async ({ key, fn }) => {
        if (!checkpoints.has(key)) {
          checkpoints.set(key, JSON.parse(JSON.stringify(await fn())));
        }
        return checkpoints.get(key);
      }) as WritingStep['checkpoint'],
    };
  }

  it('writes nothing of a kind that the configuration does not list', async () => {
    const send = jest.fn();
    for (const config of [{}, { writes: ['guardian'] }]) {
      await expect(
        writesWith(config).write(write, run(), send),
      ).rejects.toMatchObject({
        name: 'NotAllowedError',
        message: expect.stringMatching(/`dynatrace.writes`.*`event`/),
      });
    }
    expect(send).not.toHaveBeenCalled();
    expect(permissions.authorize).not.toHaveBeenCalled();
  });

  it('writes nothing for an initiator without the permission', async () => {
    permissions.authorize.mockResolvedValue([{ result: AuthorizeResult.DENY }]);
    const send = jest.fn();
    const step = run();
    await expect(
      writesWith({ writes: ['event'] }).write(write, step, send),
    ).rejects.toMatchObject({
      name: 'NotAllowedError',
      message: expect.stringMatching(
        /`dynatrace.write.event`.*user:default\/ada/,
      ),
    });
    expect(send).not.toHaveBeenCalled();
    expect(permissions.authorize).toHaveBeenCalledWith(
      [
        {
          permission: expect.objectContaining({
            name: 'dynatrace.write.event',
          }),
        },
      ],
      { credentials: await step.getInitiatorCredentials() },
    );
  });

  it('audits who wrote what under which id', async () => {
    const send = jest.fn(async ({ id }: Attempt) => ({ sent: id }));
    const { sent } = await writesWith({ writes: ['event'] }).write(
      write,
      run(),
      send,
    );
    expect(auditor.createEvent).toHaveBeenCalledWith({
      eventId: 'dynatrace-write',
      severityLevel: 'medium',
      meta: {
        kind: 'event',
        type: 'deployment',
        id: sent,
        taskId: 'mock-task-id',
        user: 'user:default/ada',
      },
    });
    expect(success).toHaveBeenCalledTimes(1);
  });

  it('audits a failure by the kind of its error, which may quote what was written', async () => {
    const send = async () => {
      throw new TypeError('the name ada is too long');
    };
    await expect(
      writesWith({ writes: ['event'] }).write(write, run(), send),
    ).rejects.toThrow('ada');
    expect(fail).toHaveBeenCalledWith({ error: new Error('TypeError') });
  });

  it('gives a step that runs again what it has written, without writing', async () => {
    const writes = writesWith({ writes: ['event'] });
    const send = jest.fn(async ({ id }: Attempt) => ({ id }));
    const first = await writes.write(write, run(), send);
    expect(await writes.write(write, run(), send)).toEqual(first);
    expect(send).toHaveBeenCalledTimes(1);
  });

  it('tries again under the same id, and says that an earlier attempt may have arrived', async () => {
    const writes = writesWith({ writes: ['event'] });
    const attempts: Attempt[] = [];
    const send = async (attempt: Attempt) => {
      attempts.push(attempt);
      if (attempts.length === 1) {
        throw new Error('the process ended here');
      }
      return {};
    };
    await expect(writes.write(write, run(), send)).rejects.toThrow();
    await writes.write(write, run(), send);
    const [first, second] = attempts;
    expect(first.resumed).toBe(false);
    expect(second).toEqual({ ...first, resumed: true });
  });

  it('tells the iterations of a loop apart', async () => {
    const writes = writesWith({ writes: ['event'] });
    const ids = new Set<string>();
    for (const stage of ['hardening', 'production']) {
      await writes.write(write, run({ stage }), async ({ id }) => {
        ids.add(id);
        return {};
      });
    }
    expect(ids.size).toBe(2);
  });
});
