import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import {
  catalogProcessingExtensionPoint,
  EntityProvider,
} from '@backstage/plugin-catalog-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { JsonObject } from '@backstage/types';
import { Sandbox } from './__testUtils__/Sandbox';
import { catalogModuleDynatrace } from './module';

const importTask = 'dynatrace-team-import';
const exportTask = 'dynatrace-group-export';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await Sandbox.start();
}, 60_000);

afterEach(() => sandbox.reset());

afterAll(() => sandbox.stop());

function group(name: string, spec: JsonObject = {}): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Group',
    metadata: { name, namespace: 'default' },
    spec: { type: 'team', children: [], ...spec },
  };
}

async function start(
  settings: JsonObject | undefined,
  entities: Entity[] = [],
  dynatrace: JsonObject = sandbox.config(),
) {
  const scheduler = mockServices.scheduler();
  const audited = jest.fn();
  const auditor = mockServices.auditor.mock({
    createEvent: async () => ({ success: audited, fail: jest.fn() }),
  });
  const logger = mockServices.logger.mock();
  const providers: EntityProvider[] = [];
  const backend = await startTestBackend({
    extensionPoints: [
      [
        catalogProcessingExtensionPoint,
        {
          addEntityProvider: (...added: EntityProvider[]) => {
            providers.push(...added.flat());
          },
        },
      ],
    ],
    features: [
      catalogModuleDynatrace,
      auditor.factory,
      catalogServiceMock.factory({ entities }),
      createServiceFactory({
        service: coreServices.scheduler,
        deps: {},
        factory: () => scheduler,
      }),
      createServiceFactory({
        service: coreServices.logger,
        deps: {},
        factory: () => logger,
      }),
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'https://portal.example' },
          dynatrace,
          ...(settings && { catalog: { providers: { dynatrace: settings } } }),
        },
      }),
    ],
  });
  const applyMutation = jest.fn();
  for (const provider of providers) {
    await provider.connect({ applyMutation, refresh: jest.fn() });
  }
  const said = (level: 'info' | 'warn') =>
    logger[level].mock.calls.map(([message]) => message).join('\n');
  return { applyMutation, audited, backend, providers, said, scheduler };
}

function names(entities: Array<{ entity: Entity }>): string[] {
  return entities.map(({ entity }) => entity.metadata.name);
}

async function identifiers(environment: string): Promise<unknown[]> {
  const teams = await sandbox.teams(environment);
  return teams.map(({ value }) => value.identifier);
}

describe('without configuration', () => {
  it('does nothing', async () => {
    const { providers, scheduler } = await start(undefined);
    expect(providers).toEqual([]);
    expect(await scheduler.getScheduledTasks()).toEqual([]);
  });

  it('lets the catalog start with a Dynatrace configuration that cannot be read', async () => {
    const { providers } = await start({ import: {} }, [], {
      environments: 'production',
    });
    expect(providers).toHaveLength(1);
  });
});

describe('import', () => {
  it('offers teams as groups with the ids they have in Dynatrace', async () => {
    await sandbox.addTeam('production', {
      name: 'The Zebras',
      identifier: 'zebra',
      contactDetails: [
        { integrationType: 'EMAIL', email: 'zebra@acme.example' },
      ],
    });
    const { applyMutation, scheduler } = await start({
      import: { namespace: 'dynatrace' },
    });
    await scheduler.triggerTask(importTask);
    expect(applyMutation).toHaveBeenCalledTimes(1);
    const [{ type, entities }] = applyMutation.mock.calls[0];
    expect(type).toBe('full');
    const zebra = entities.find(
      ({ entity }: { entity: Entity }) => entity.metadata.name === 'zebra',
    );
    expect(zebra.locationKey).toBeUndefined();
    expect(zebra.entity).toMatchObject({
      kind: 'Group',
      metadata: {
        namespace: 'dynatrace',
        title: 'The Zebras',
        annotations: {
          'backstage.io/managed-by-location': 'dynatrace-teams:environments',
          'backstage.io/managed-by-origin-location':
            'dynatrace-teams:environments',
          'dynatrace.com/team-identifier': 'zebra',
          'dynatrace.com/team-environments': 'production',
          'dynatrace.com/team-object-ids': expect.stringMatching(/.+/),
        },
      },
      spec: {
        type: 'team',
        profile: { displayName: 'The Zebras', email: 'zebra@acme.example' },
        children: [],
      },
    });
  });

  it('leaves a group to the source the catalog has it from', async () => {
    await sandbox.addTeam('production', { name: 'Zebra', identifier: 'zebra' });
    await sandbox.addTeam('production', { name: 'Yak', identifier: 'yak' });
    const ours = group('yak');
    ours.metadata.annotations = {
      'backstage.io/managed-by-location': 'dynatrace-teams:environments',
    };
    const { applyMutation, scheduler } = await start({ import: {} }, [
      group('zebra'),
      ours,
    ]);
    await scheduler.triggerTask(importTask);
    const offered = names(applyMutation.mock.calls[0][0].entities);
    expect(offered).toContain('yak');
    expect(offered).not.toContain('zebra');
  });

  it('removes nothing when an environment does not answer', async () => {
    await sandbox.addTeam('production', { name: 'Zebra', identifier: 'zebra' });
    await sandbox.breakSettings('preproduction');
    const { applyMutation, said, scheduler } = await start({ import: {} });
    await scheduler.triggerTask(importTask);
    const [{ type, added, removed }] = applyMutation.mock.calls[0];
    expect([type, removed]).toEqual(['delta', []]);
    expect(names(added)).toContain('zebra');
    expect(said('warn')).toContain("Dynatrace environment 'preproduction'");
  }, 60_000);

  it('changes nothing when no environment answers', async () => {
    const { applyMutation, said, scheduler } = await start({ import: {} }, [], {
      environments: [{ name: 'broken' }],
    });
    await scheduler.triggerTask(importTask);
    expect(applyMutation).not.toHaveBeenCalled();
    expect(said('warn')).toContain('`url` is missing');
  });
});

describe('export', () => {
  it('writes nothing unless told, and reports what it would', async () => {
    const before = await identifiers('production');
    const { audited, said, scheduler } = await start({ export: {} }, [
      group('zebra'),
    ]);
    await scheduler.triggerTask(exportTask);
    expect(await identifiers('production')).toEqual(before);
    expect(audited).not.toHaveBeenCalled();
    expect(said('info')).toMatch(
      /Dry run, nothing is written to Dynatrace environment 'production'.*\n {2}create zebra \(group:default\/zebra\)/,
    );
  });

  it('writes groups once', async () => {
    const settings = { export: { dryRun: false } };
    const zebra = group('zebra', { profile: { displayName: 'The Zebras' } });
    const { audited, said, scheduler } = await start(settings, [zebra]);
    await scheduler.triggerTask(exportTask);
    await scheduler.triggerTask(exportTask);
    const written = ['production', 'preproduction'].map(environment => ({
      environment,
      identifier: 'zebra',
      outcome: 'created',
    }));
    expect(audited.mock.calls.map(([{ meta }]) => meta.written)).toEqual([
      expect.arrayContaining(written),
      expect.not.arrayContaining(written),
    ]);
    for (const environment of ['production', 'preproduction']) {
      const teams = (await sandbox.teams(environment)).filter(
        ({ value }) => value.identifier === 'zebra',
      );
      expect(teams).toMatchObject([
        {
          externalId: 'backstage:group:default/zebra',
          value: {
            name: 'The Zebras',
            links: [
              { url: 'https://portal.example/catalog/default/group/zebra' },
            ],
          },
        },
      ]);
    }
    expect(said('info').match(/created zebra/g)).toHaveLength(2);
  });

  it('leaves teams of others alone, and removes its own when told', async () => {
    await sandbox.addTeam('production', { name: 'Lion', identifier: 'lion' });
    const settings = {
      export: { dryRun: false, remove: true, environments: ['production'] },
    };
    const first = await start(settings, [
      group('zebra'),
      group('yak'),
      group('lion', { profile: { displayName: 'Not the lion' } }),
    ]);
    await first.scheduler.triggerTask(exportTask);
    expect(await identifiers('production')).toEqual(
      expect.arrayContaining(['zebra', 'yak', 'lion']),
    );
    expect(first.said('info')).toContain(
      'left lion (group:default/lion); the team `lion` exists and was not created from this group',
    );
    expect(await identifiers('preproduction')).not.toContain('zebra');

    const second = await start(settings, [group('zebra')]);
    await second.scheduler.triggerTask(exportTask);
    const left = await sandbox.teams('production');
    expect(left.map(({ value }) => value.identifier)).not.toContain('yak');
    expect(left).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          value: expect.objectContaining({ name: 'Lion', identifier: 'lion' }),
        }),
      ]),
    );
  });

  it('takes only groups of the chosen types', async () => {
    const { said, scheduler } = await start({ export: { types: ['squad'] } }, [
      group('zebra'),
      group('yak', { type: 'squad' }),
    ]);
    await scheduler.triggerTask(exportTask);
    expect(said('info')).toContain('create yak');
    expect(said('info')).not.toContain('zebra');
  });

  it('does not send back what was imported', async () => {
    await sandbox.addTeam('production', { name: 'Zebra', identifier: 'zebra' });
    const imported = await start({ import: {} });
    await imported.scheduler.triggerTask(importTask);
    const groups = imported.applyMutation.mock.calls[0][0].entities.map(
      ({ entity }: { entity: Entity }) => entity,
    );
    const { said, scheduler } = await start({ export: {} }, groups);
    await scheduler.triggerTask(exportTask);
    expect(said('info')).not.toContain('zebra');
  });
});
