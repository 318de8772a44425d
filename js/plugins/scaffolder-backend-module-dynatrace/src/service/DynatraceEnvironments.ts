import { RootConfigService } from '@backstage/backend-plugin-api';
import {
  EventSendAnswer,
  EventSendRequest,
  GuardianCreateAnswer,
  GuardianCreateRequest,
  QueryAnswer,
  ValidationStart,
  ValidationStartRequest,
  ValidationVerdict,
  ValidationWaitRequest,
} from '@grailstage/backstage-plugin-dynatrace-common';
import {
  DynatraceClient,
  GrailstageError,
  QueryRequest,
} from '@grailstage/core';
import { toActionError } from './toActionError';

/**
 * The Dynatrace environments of the `dynatrace` configuration, as actions use them.
 *
 * A configuration that cannot be used fails the action that needs it, not the scaffolder.
 *
 * @public
 */
export class DynatraceEnvironments {
  private readonly config: RootConfigService;
  private connected?: DynatraceClient;

  /**
   * Reads nothing yet: the configuration is looked at when an action runs.
   */
  static fromConfig(config: RootConfigService): DynatraceEnvironments {
    return new DynatraceEnvironments(config);
  }

  private constructor(config: RootConfigService) {
    this.config = config;
  }

  /**
   * Runs a DQL query.
   *
   * @throws an error of `@backstage/errors` that says what to do, where there is something to do
   */
  async query(
    request: QueryRequest,
    options?: { signal?: AbortSignal },
  ): Promise<QueryAnswer> {
    return this.answer(client => client.query(request, options));
  }

  /**
   * Sends an event, or with `dryRun` tells what would be sent.
   *
   * @throws an error of `@backstage/errors` that says what to do, where there is something to do
   */
  async sendEvent(
    request: EventSendRequest,
    options?: { signal?: AbortSignal },
  ): Promise<EventSendAnswer> {
    return this.answer(client => client.sendEvent(request, options));
  }

  /**
   * Makes a guardian or brings it up to date, or with `dryRun` tells what would be done.
   *
   * @throws an error of `@backstage/errors` that says what to do, where there is something to do
   */
  async createGuardian(
    request: GuardianCreateRequest,
    options?: { signal?: AbortSignal },
  ): Promise<GuardianCreateAnswer> {
    return this.answer(client => client.createGuardian(request, options));
  }

  /**
   * Asks a guardian to validate, or with `dryRun` only looks for it.
   *
   * @throws an error of `@backstage/errors` that says what to do, where there is something to do
   */
  async startValidation(
    request: ValidationStartRequest,
    options?: { signal?: AbortSignal },
  ): Promise<ValidationStart> {
    return this.answer(client => client.startValidation(request, options));
  }

  /**
   * Waits for the verdict of a validation.
   *
   * @throws an error of `@backstage/errors` that says what to do, where there is something to do
   */
  async awaitValidation(
    request: ValidationWaitRequest,
    options?: { signal?: AbortSignal },
  ): Promise<ValidationVerdict> {
    return this.answer(client => client.awaitValidation(request, options));
  }

  /**
   * Checks, without asking Dynatrace, that a query can be asked.
   *
   * @throws the error that the query would fail with
   */
  async check(request: QueryRequest): Promise<void> {
    try {
      // Cancelled before it starts, a query gets as far as its configuration and input are good, and sends nothing.
      await this.client().query(request, { signal: AbortSignal.abort() });
    } catch (error) {
      if (!(error instanceof GrailstageError && error.code === 'cancelled')) {
        throw toActionError(error);
      }
    }
  }

  /** Gives up the connections. */
  close(): void {
    this.connected?.close();
    this.connected = undefined;
  }

  private async answer<T>(
    ask: (client: DynatraceClient) => Promise<Uint8Array>,
  ): Promise<T> {
    try {
      return JSON.parse(new TextDecoder().decode(await ask(this.client())));
    } catch (error) {
      throw toActionError(error);
    }
  }

  private client(): DynatraceClient {
    this.connected ??= DynatraceClient.create({
      config: this.config.getOptional('dynatrace'),
    });
    return this.connected;
  }
}
