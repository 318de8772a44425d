import { RootConfigService } from '@backstage/backend-plugin-api';
import {
  DynatraceClient,
  OwnershipSyncAnswer,
  OwnershipSyncRequest,
  OwnershipTeamsAnswer,
  OwnershipTeamsRequest,
} from '@grailstage/core';

/**
 * The ownership teams of the environments of the `dynatrace` configuration.
 *
 * A configuration that cannot be used fails the task that needs it, not the catalog.
 */
export class DynatraceTeams {
  private readonly config: RootConfigService;
  private connected?: DynatraceClient;

  /**
   * Reads nothing yet: the configuration is looked at when a task runs.
   */
  static fromConfig(config: RootConfigService): DynatraceTeams {
    return new DynatraceTeams(config);
  }

  private constructor(config: RootConfigService) {
    this.config = config;
  }

  /**
   * The teams as groups.
   */
  async read(
    request: OwnershipTeamsRequest,
    options?: { signal?: AbortSignal },
  ): Promise<OwnershipTeamsAnswer> {
    return parsed(await this.client().ownershipTeams(request, options));
  }

  /**
   * Writes groups as teams, or tells what that would do.
   */
  async write(
    request: OwnershipSyncRequest,
    options?: { signal?: AbortSignal },
  ): Promise<OwnershipSyncAnswer> {
    return parsed(await this.client().writeOwnershipTeams(request, options));
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

function parsed<T>(answer: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(answer));
}
