import { RootConfigService } from '@backstage/backend-plugin-api';
import { QueryAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
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
    try {
      const answer = await this.client().query(request, options);
      return JSON.parse(new TextDecoder().decode(answer));
    } catch (error) {
      throw toActionError(error);
    }
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

  private client(): DynatraceClient {
    this.connected ??= DynatraceClient.create({
      config: this.config.getOptional('dynatrace'),
    });
    return this.connected;
  }
}
