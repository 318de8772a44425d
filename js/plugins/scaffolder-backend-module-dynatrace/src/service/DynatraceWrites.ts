import {
  AuditorService,
  PermissionsService,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { ActionContext } from '@backstage/plugin-scaffolder-node';
import { JsonObject } from '@backstage/types';
import {
  DynatraceWriteKind,
  dynatraceWritePermissions,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { createHash, randomUUID } from 'node:crypto';

/**
 * What a write needs of the context of an action.
 *
 * @public
 */
export type WritingStep = Pick<
  ActionContext<JsonObject>,
  'checkpoint' | 'each' | 'getInitiatorCredentials' | 'task' | 'user'
>;

/**
 * One write of a step.
 *
 * @public
 */
export interface Write {
  kind: DynatraceWriteKind;
  /** Tells the writes of a step apart. */
  key: string;
  /** What is written, for the audit: names and ids, nothing personal, no secret. */
  meta: JsonObject;
}

/**
 * Under which id a write is to be found again.
 *
 * @public
 */
export interface Attempt {
  /** Chosen once for the write: all attempts have the same. */
  id: string;
  /** When the first attempt began, in ISO 8601. */
  startedAt: string;
  /** Whether an earlier attempt, of which the end is not known, may have written already. */
  resumed: boolean;
}

/**
 * What stands between a step of a template and a write in Dynatrace.
 *
 * A kind of write has to be switched on by `dynatrace.writes` in the configuration, and granted to the initiator of the
 * task. Each write leaves an audit event, and is done once in a task however often its step runs.
 *
 * @public
 */
export class DynatraceWrites {
  private readonly auditor: AuditorService;
  private readonly config: RootConfigService;
  private readonly permissions: PermissionsService;

  constructor(options: {
    auditor: AuditorService;
    config: RootConfigService;
    permissions: PermissionsService;
  }) {
    this.auditor = options.auditor;
    this.config = options.config;
    this.permissions = options.permissions;
  }

  /**
   * Whether the initiator may write such a thing. Dry runs ask for it, too: they say what a run would say.
   *
   * @throws NotAllowedError which says who could allow it
   */
  async authorize(kind: DynatraceWriteKind, step: WritingStep): Promise<void> {
    const allowed =
      this.config.getOptionalStringArray('dynatrace.writes') ?? [];
    if (!allowed.includes(kind)) {
      throw new NotAllowedError(
        `templates may not write to Dynatrace: the configuration \`dynatrace.writes\` does not list \`${kind}\``,
      );
    }
    const permission = dynatraceWritePermissions[kind];
    const [decision] = await this.permissions.authorize([{ permission }], {
      credentials: await step.getInitiatorCredentials(),
    });
    if (decision.result !== AuthorizeResult.ALLOW) {
      const who = step.user?.ref ?? 'the initiator of the task';
      throw new NotAllowedError(
        `the permission \`${permission.name}\` is not granted to ${who}`,
      );
    }
  }

  /**
   * Writes once. The result is kept with the task: a step that runs again gets it without writing.
   *
   * @throws NotAllowedError, or what `send` throws
   */
  async write<T extends JsonObject>(
    write: Write,
    step: WritingStep,
    send: (attempt: Attempt) => Promise<T>,
  ): Promise<T> {
    const { kind, meta } = write;
    await this.authorize(kind, step);
    const key = `dynatrace.${kind}.${write.key}${iteration(step)}`;
    return step.checkpoint({
      key: `${key}.done`,
      fn: async () => {
        const attempt = await this.attempt(`${key}.begun`, step);
        const event = await this.auditor.createEvent({
          eventId: 'dynatrace-write',
          severityLevel: 'medium',
          meta: {
            ...meta,
            kind,
            id: attempt.id,
            taskId: step.task.id,
            ...(step.user?.ref && { user: step.user.ref }),
          },
        });
        try {
          const written = await send(attempt);
          await event.success();
          return written;
        } catch (error) {
          // The message may quote what was to be written; the kind of error does not.
          const name = error instanceof Error ? error.name : 'Error';
          await event.fail({ error: new Error(name) });
          throw error;
        }
      },
    });
  }

  /** A checkpoint of its own, kept before anything is sent: with it, a later attempt knows that it is one. */
  private async attempt(key: string, step: WritingStep): Promise<Attempt> {
    const mine = { id: randomUUID(), startedAt: new Date().toISOString() };
    const first = await step.checkpoint({ key, fn: async () => mine });
    return { ...first, resumed: first.id !== mine.id };
  }
}

/** The steps of a loop share their checkpoints, which have to be told apart. */
function iteration(step: WritingStep): string {
  return step.each
    ? `.${createHash('sha256').update(JSON.stringify(step.each)).digest('hex').slice(0, 12)}`
    : '';
}
