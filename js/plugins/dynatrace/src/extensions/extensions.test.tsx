import { Entity } from '@backstage/catalog-model';
import {
  ExtensionDefinition,
  identityApiRef,
} from '@backstage/frontend-plugin-api';
import {
  createExtensionTester,
  mockApis,
  renderInTestApp,
  renderTestApp,
} from '@backstage/frontend-test-utils';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import {
  catalogApiMock,
  createTestEntityPage,
} from '@backstage/plugin-catalog-react/testUtils';
import { HomePageWidgetBlueprint } from '@backstage/plugin-home-react/alpha';
import { screen } from '@testing-library/react';
import { answer } from '../__testUtils__/answers';
import { cart } from '../__testUtils__/cart';
import { respondWith } from '../__testUtils__/respondWith';
import { dynatraceApiRef } from '../api';
import { cardDefinitions } from '../cards/cardDefinitions';
import { catalogQueriesCard } from './catalogQueriesCard';
import { createCardExtension } from './createCardExtension';
import { dqlQueryCard } from './dqlQueryCard';
import { homePageWidget } from './homePageWidget';

const DAY = 86_400_000;

const errors = { id: 'custom.errors', answer: answer() };

const withQueries: Entity = {
  ...cart,
  metadata: {
    ...cart.metadata,
    dynatrace: { queries: [{ id: 'errors', query: 'fetch logs' }] },
  },
};

/** Draws the extension on the page of an entity, with a configuration; what is asked for then. */
function draw(
  extension: ExtensionDefinition,
  id: string,
  config: { [key: string]: string | Array<{ [key: string]: string }> },
  body: unknown,
) {
  const { api, requests } = respondWith({ body });
  renderTestApp({
    extensions: [createTestEntityPage({ entity: withQueries }), extension],
    apis: [[dynatraceApiRef, api], mockApis.permission()],
    config: { app: { extensions: [{ [id]: { config } }] } },
  });
  return requests;
}

function asked({ url }: { url: URL }) {
  const [from, to] = ['from', 'to'].map(name =>
    Date.parse(url.searchParams.get(name) ?? ''),
  );
  return { path: url.pathname, days: (to - from) / DAY };
}

describe('entity-card:dynatrace/dql-query', () => {
  it('asks for each query over its own timeframe', async () => {
    const requests = draw(
      dqlQueryCard,
      'entity-card:test/dql-query',
      {
        queries: [
          { queryId: 'custom.errors', title: 'Errors', timeframe: 'now-7d' },
          { queryId: 'custom.errors', title: 'Old', timeframe: 'now-30d' },
        ],
      },
      errors,
    );
    await screen.findByRole('grid', { name: 'Errors' });
    await screen.findByRole('grid', { name: 'Old' });
    const path = '/api/dynatrace/v1/queries/custom/errors';
    expect(requests.map(asked)).toEqual([
      { path, days: 7 },
      { path, days: 30 },
    ]);
  });

  it('refuses a timeframe that is none', () => {
    const queries = [{ queryId: 'custom.errors', timeframe: 'last week' }];
    expect(() =>
      createExtensionTester(dqlQueryCard, { config: { queries } }).snapshot(),
    ).toThrow(/such as `now-7d`/);
  });
});

describe('entity-card:dynatrace/catalog-queries', () => {
  it('asks over the timeframe of the configuration', async () => {
    const requests = draw(
      catalogQueriesCard,
      'entity-card:test/catalog-queries',
      { timeframe: 'now-2d', title: 'Errors' },
      { queries: [errors] },
    );
    await screen.findByRole('grid', { name: 'Errors' });
    expect(requests.map(asked)).toEqual([
      { path: '/api/dynatrace/v1/queries/catalog', days: 2 },
    ]);
  });
});

describe('entity-card:dynatrace/kubernetes-deployments', () => {
  it('shows a query of the configuration in its place', async () => {
    const [card] = cardDefinitions
      .filter(({ id }) => id === 'kubernetes-deployments')
      .map(createCardExtension);
    const requests = draw(
      card,
      'entity-card:test/kubernetes-deployments',
      { queryId: 'custom.errors', title: 'Errors', timeframe: 'now-2d' },
      errors,
    );
    await screen.findByRole('grid', { name: 'Errors' });
    expect(requests.map(asked)).toEqual([
      { path: '/api/dynatrace/v1/queries/custom/errors', days: 2 },
    ]);
  });
});

describe('home-page-widget:dynatrace/my-components', () => {
  it('takes title, description and rows a page from the configuration', async () => {
    const config = { title: 'Meine', description: 'Zustand', pageSize: 2 };
    const { component, ...widget } = createExtensionTester(homePageWidget, {
      config,
    }).get(HomePageWidgetBlueprint.dataRefs.widget);
    expect(widget).toMatchObject({ title: 'Meine', description: 'Zustand' });
    const group = 'group:default/orders';
    const orders: Entity = {
      ...cart,
      kind: 'Group',
      metadata: { name: 'orders', namespace: 'default' },
    };
    const owned = {
      ...cart,
      relations: [{ type: 'ownedBy', targetRef: group }],
    };
    renderInTestApp(component, {
      apis: [
        [dynatraceApiRef, respondWith({ body: answer() }).api],
        [catalogApiRef, catalogApiMock({ entities: [orders, owned] })],
        [identityApiRef, mockApis.identity({ ownershipEntityRefs: [group] })],
        mockApis.permission(),
      ],
    });
    expect(await screen.findByText('1–2 of 5')).toBeInTheDocument();
  });
});
