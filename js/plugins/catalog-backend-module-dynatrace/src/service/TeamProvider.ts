import {
  AuthService,
  LoggerService,
  SchedulerServiceTaskRunner,
} from '@backstage/backend-plugin-api';
import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  Entity,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import {
  CatalogService,
  EntityProvider,
  EntityProviderConnection,
} from '@backstage/plugin-catalog-node';
import { DynatraceTeams } from './DynatraceTeams';
import { logNotes } from './logNotes';

const location = 'dynatrace-teams:environments';

/**
 * Offers the ownership teams of Dynatrace as groups of the catalog.
 *
 * A group that the catalog has from elsewhere is left to it.
 */
export class TeamProvider implements EntityProvider {
  private readonly options: TeamProviderOptions;

  constructor(options: TeamProviderOptions) {
    this.options = options;
  }

  getProviderName(): string {
    return 'dynatrace-teams';
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    await this.options.schedule.run({
      id: 'dynatrace-team-import',
      fn: signal => this.refresh(connection, signal),
    });
  }

  private async refresh(
    connection: EntityProviderConnection,
    signal: AbortSignal,
  ): Promise<void> {
    const { environments, logger, mark, namespace, teams } = this.options;
    const { answered, groups, notes } = await teams.read(
      { environments, namespace, mark, existing: await this.existing() },
      { signal },
    );
    logNotes(logger, notes);
    if (answered.length === 0) {
      return;
    }
    // Without a location key: the catalog then lets any other source that has one take the group over.
    const entities = groups.map(group => ({
      entity: located(group as Entity),
    }));
    // Teams of an environment that did not answer are not gone.
    const isWhole = !notes.some(note => note.severity === 'error');
    await connection.applyMutation(
      isWhole
        ? { type: 'full', entities }
        : { type: 'delta', added: entities, removed: [] },
    );
    logger.info(
      `Offered ${entities.length} Dynatrace teams of ${answered.join(', ')} as groups`,
    );
  }

  /** The groups of the catalog that are not from here. */
  private async existing(): Promise<string[]> {
    const { auth, catalog } = this.options;
    const { items } = await catalog.getEntities(
      {
        filter: { kind: 'Group' },
        fields: [
          'kind',
          'metadata.name',
          'metadata.namespace',
          'metadata.annotations',
        ],
      },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    return items
      .filter(
        ({ metadata }) =>
          metadata.annotations?.[ANNOTATION_LOCATION] !== location,
      )
      .map(stringifyEntityRef);
  }
}

/**
 * What a {@link TeamProvider} works with.
 */
export interface TeamProviderOptions {
  auth: AuthService;
  catalog: CatalogService;
  logger: LoggerService;
  teams: DynatraceTeams;
  schedule: SchedulerServiceTaskRunner;
  environments?: string[];
  namespace?: string;
  mark?: string;
}

function located(group: Entity): Entity {
  const { metadata } = group;
  return {
    ...group,
    metadata: {
      ...metadata,
      annotations: {
        ...metadata.annotations,
        [ANNOTATION_LOCATION]: location,
        [ANNOTATION_ORIGIN_LOCATION]: location,
      },
    },
  };
}
