import { Entity } from '@backstage/catalog-model';
import { ApiBlueprint } from '@backstage/frontend-plugin-api';
import {
  createExtensionTester,
  mockApis,
  renderTestApp,
} from '@backstage/frontend-test-utils';
import { EntityCardBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { createTestEntityPage } from '@backstage/plugin-catalog-react/testUtils';
import { screen } from '@testing-library/react';
import { answer, table, workload } from './__testUtils__/answers';
import { cart } from './__testUtils__/cart';
import { respondWith } from './__testUtils__/respondWith';
import alphaPlugin from './alpha';
import { dynatraceApiRef } from './api';
import { cardDefinitions } from './cards/cardDefinitions';
import { createCardExtension } from './extensions/createCardExtension';
import { dynatraceApi } from './extensions/dynatraceApi';
import { dynatraceEntityContent } from './extensions/dynatraceEntityContent';
import plugin from './index';

const [kubernetesCard] = cardDefinitions
  .filter(({ id }) => id === 'kubernetes-deployments')
  .map(createCardExtension);

/** The tab draws it in every card, and what is looked up by its role takes long in many rows. */
const oneRow = answer({
  sections: [table({ rows: [workload({ name: 'cart' })] })],
});

function withoutAnnotations(entity: Entity): Entity {
  return { ...entity, metadata: { name: entity.metadata.name } };
}

describe('plugin for the new frontend system', () => {
  it('is the same from both entry points', () => {
    expect(plugin).toBe(alphaPlugin);
    expect(plugin.pluginId).toBe('dynatrace');
  });

  it.each([
    'api:dynatrace',
    'entity-card:dynatrace/kubernetes-deployments',
    'entity-content:dynatrace',
    'home-page-widget:dynatrace/my-components',
    'scaffolder-form-field:dynatrace/environment-picker',
    'scaffolder-form-field:dynatrace/guardian-picker',
    'scaffolder-form-field:dynatrace/dql-field',
  ] as const)('has the extension `%s`', id => {
    const [kind] = id.split(':');
    expect(String(plugin.getExtension(id))).toContain(`kind=${kind},`);
  });

  it('puts two cards on the overview, and others where the app enables them', () => {
    const enabled = cardDefinitions.filter(
      card => !JSON.parse(JSON.stringify(createCardExtension(card))).disabled,
    );
    expect(enabled.map(({ id }) => id)).toEqual([
      'team',
      'kubernetes-deployments',
    ]);
  });

  it('puts the card on the page of an entity', async () => {
    const { api } = respondWith({ body: answer() });
    renderTestApp({
      extensions: [createTestEntityPage({ entity: cart }), kubernetesCard],
      apis: [[dynatraceApiRef, api], mockApis.permission()],
    });
    expect(
      await screen.findByRole('grid', { name: 'Kubernetes workloads' }),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('article', { name: 'Kubernetes workloads' }),
    ).toBeInTheDocument();
  });

  it('takes title and page size of the card from the configuration of the app', async () => {
    const { api } = respondWith({ body: answer() });
    renderTestApp({
      extensions: [createTestEntityPage({ entity: cart }), kubernetesCard],
      apis: [[dynatraceApiRef, api], mockApis.permission()],
      config: {
        app: {
          extensions: [
            {
              'entity-card:test/kubernetes-deployments': {
                config: { title: 'Where it runs', pageSize: 2 },
              },
            },
          ],
        },
      },
    });
    expect(
      await screen.findByRole('grid', { name: 'Where it runs' }),
    ).toBeInTheDocument();
    expect(screen.getByText('1–2 of 5')).toBeInTheDocument();
  });

  it.each([
    ['pageSize', 0],
    ['timeframe', 'last week'],
    ['timeframe', '2026-11-21T12:00:00Z'],
    ['queryId', 'dynatrace.nothing'],
  ])('refuses the %s %j', (key, value) => {
    expect(() =>
      createExtensionTester(kubernetesCard, { config: { [key]: value } }).get(
        EntityCardBlueprint.dataRefs.type,
      ),
    ).toThrow(new RegExp(key));
  });

  it('asks for the query and the timeframe of the configuration', async () => {
    const { api, requests } = respondWith({ body: answer() });
    renderTestApp({
      extensions: [createTestEntityPage({ entity: cart }), kubernetesCard],
      apis: [[dynatraceApiRef, api], mockApis.permission()],
      config: {
        app: {
          extensions: [
            {
              'entity-card:test/kubernetes-deployments': {
                config: { queryId: 'dynatrace.problems', timeframe: 'now-7d' },
              },
            },
          ],
        },
      },
    });
    await screen.findByRole('grid', { name: 'Problems' });
    const [{ url }] = requests;
    expect(url.pathname).toMatch(/problems$/);
    const [from, to] = ['from', 'to'].map(name =>
      Date.parse(url.searchParams.get(name) ?? ''),
    );
    expect(to - from).toBe(7 * 86_400_000);
  });

  it('lays the card out as content', () => {
    expect(
      createExtensionTester(kubernetesCard).get(
        EntityCardBlueprint.dataRefs.type,
      ),
    ).toBe('content');
  });

  it('shows the card only for entities that have what it needs', () => {
    const filter = createExtensionTester(kubernetesCard).get(
      EntityCardBlueprint.dataRefs.filterFunction,
    );
    expect(filter?.(cart)).toBe(true);
    expect(filter?.(withoutAnnotations(cart))).toBe(false);
  });

  it('has a tab with the cards of the entity', async () => {
    const { api, requests } = respondWith({ body: oneRow });
    renderTestApp({
      extensions: [
        createTestEntityPage({ entity: cart }),
        dynatraceEntityContent,
      ],
      apis: [[dynatraceApiRef, api], mockApis.permission()],
    });
    expect(
      await screen.findByRole('grid', { name: 'Kubernetes workloads' }),
    ).toBeInTheDocument();
    const asked = requests.map(({ url }) => url.pathname.split('/').pop());
    const available = cardDefinitions.filter(card => card.isAvailable(cart));
    expect(asked.toSorted()).toEqual(available.map(({ id }) => id).toSorted());
  });

  it('brings the API of its cards', async () => {
    const factory = createExtensionTester(dynatraceApi).get(
      ApiBlueprint.dataRefs.factory,
    );
    expect(factory.api.id).toBe(dynatraceApiRef.id);
  });
});
