import { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import {
  EventSendAnswer,
  EventSendRequest,
  GuardianCreateAnswer,
  GuardianCreateRequest,
  OwnershipSyncAnswer,
  OwnershipSyncRequest,
  QueryAnswer,
  ReleaseGate,
  ReleaseGateRequest,
  ValidationStart,
  ValidationStartRequest,
  ValidationVerdict,
  ValidationWaitRequest,
  ZoneOnboarding,
  ZoneOnboardingRequest,
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
   * Judges a release.
   *
   * @throws an error of `@backstage/errors` that says what to do, where there is something to do
   */
  async gateRelease(
    request: ReleaseGateRequest,
    options?: { signal?: AbortSignal },
  ): Promise<ReleaseGate> {
    return this.answer(client => client.gateRelease(request, options));
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

  /**
   * Brings groups of the catalog to environments as ownership teams, or with `dryRun` tells what that would do.
   *
   * @throws an error of `@backstage/errors` that says what to do, where there is something to do
   */
  async writeTeams(
    request: OwnershipSyncRequest,
    options?: { signal?: AbortSignal },
  ): Promise<OwnershipSyncAnswer> {
    return this.answer(client => client.writeOwnershipTeams(request, options));
  }

  /**
   * Makes a management zone, or with `dryRun` tells what that would do.
   *
   * @throws an error of `@backstage/errors` that says what to do, where there is something to do
   */
  async onboardZone(
    request: ZoneOnboardingRequest,
    options?: { signal?: AbortSignal },
  ): Promise<ZoneOnboarding> {
    return this.answer(client => client.onboardZone(request, options));
  }

  /**
   * The name of the only environment.
   *
   * @throws InputError where there is another number of them
   */
  only(): string {
    const environments =
      this.config.getOptional<Array<{ name?: string }>>(
        'dynatrace.environments',
      ) ?? [];
    const names = environments.map(({ name }) => `\`${name}\``);
    const [environment] = environments;
    if (environments.length !== 1 || !environment.name) {
      throw new InputError(
        names.length > 1
          ? `there are several environments, ${names.join(', ')}: name one of them`
          : '`dynatrace.environments` in the configuration has no environment',
      );
    }
    return environment.name;
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
