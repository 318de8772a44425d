import {
  AuditorService,
  AuthService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  OwnershipSyncAnswer,
  SyncedEnvironment,
  SyncedTeam,
} from '@grailstage/core';
import { DynatraceTeams } from './DynatraceTeams';
import { logNotes } from './logNotes';

/**
 * Writes groups of the catalog to Dynatrace as ownership teams, and logs every difference.
 */
export class GroupExport {
  private readonly options: GroupExportOptions;

  constructor(options: GroupExportOptions) {
    this.options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { auth, catalog, types, logger, teams } = this.options;
    const { environments, mark, dryRun, remove, baseUrl } = this.options;
    const { items } = await catalog.getEntities(
      {
        filter: { kind: 'Group', ...(types && { 'spec.type': types }) },
      },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    const write = () =>
      teams.write(
        { groups: items, environments, mark, dryRun, remove, baseUrl },
        { signal },
      );
    const answer = dryRun ? await write() : await this.audited(write);
    logNotes(logger, answer.notes);
    answer.environments.forEach(environment => this.report(environment));
  }

  /** Leaves an audit event of what was written, by environment and identifier. */
  private async audited(
    write: () => Promise<OwnershipSyncAnswer>,
  ): Promise<OwnershipSyncAnswer> {
    const event = await this.options.auditor.createEvent({
      eventId: 'dynatrace-team-write',
      severityLevel: 'medium',
    });
    try {
      const answer = await write();
      const written = answer.environments.flatMap(({ environment, teams }) =>
        teams
          .filter(({ step }) => step !== 'keep')
          .map(({ identifier, outcome }) => ({
            environment,
            identifier,
            ...(outcome && { outcome }),
          })),
      );
      await event.success({ meta: { written } });
      return answer;
    } catch (error) {
      await event.fail({
        error: new Error(error instanceof Error ? error.name : 'Error'),
      });
      throw error;
    }
  }

  private report({ environment, teams }: SyncedEnvironment): void {
    const { logger, dryRun } = this.options;
    const differing = teams.filter(({ step }) => step !== 'keep');
    const lines = differing.map(team => `  ${line(team)}`);
    const title = dryRun
      ? `Dry run, nothing is written to Dynatrace environment '${environment}'`
      : `Groups written to Dynatrace environment '${environment}'`;
    const kept = `${teams.length - differing.length} teams agree`;
    const text = [`${title}: ${kept}`, ...lines].join('\n');
    if (teams.some(({ outcome }) => outcome === 'failed')) {
      logger.warn(text);
    } else {
      logger.info(text);
    }
  }
}

/**
 * What a {@link GroupExport} works with.
 */
export interface GroupExportOptions {
  auditor: AuditorService;
  auth: AuthService;
  catalog: CatalogService;
  logger: LoggerService;
  teams: DynatraceTeams;
  environments?: string[];
  dryRun: boolean;
  remove: boolean;
  types?: string[];
  baseUrl?: string;
  mark?: string;
}

function line(team: SyncedTeam): string {
  const { changes, entityRef, error, identifier, outcome, reason, step } = team;
  const details = [
    reason,
    ...changes.map(
      ({ field, from, to }) =>
        `${field}: ${JSON.stringify(from)} -> ${JSON.stringify(to)}`,
    ),
    error && `failed: ${error.message}`,
  ].filter(Boolean);
  const what = outcome && outcome !== 'failed' ? outcome : step;
  const why = details.length > 0 ? `; ${details.join('; ')}` : '';
  return `${what} ${identifier} (${entityRef})${why}`;
}
