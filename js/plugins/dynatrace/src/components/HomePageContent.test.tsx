import { Entity } from '@backstage/catalog-model';
import { identityApiRef } from '@backstage/frontend-plugin-api';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { catalogApiRef, entityRouteRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer } from '../__testUtils__/answers';
import { respondWith } from '../__testUtils__/respondWith';
import { dynatraceApiRef } from '../api';
import { HomePageContent } from './HomePageContent';

function entity(kind: string, name: string, owner?: string): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: { name, namespace: 'default' },
    spec: kind === 'Group' ? { profile: { displayName: `Team ${name}` } } : {},
    relations: owner
      ? [{ type: 'ownedBy', targetRef: `group:default/${owner}` }]
      : [],
  };
}

const catalog = [
  entity('Group', 'orders'),
  entity('Group', 'platform'),
  entity('Group', 'guild'),
  entity('Component', 'cart', 'orders'),
  entity('Component', 'checkout', 'orders'),
  entity('Component', 'kafka', 'platform'),
];

const rows = answer({
  card: 'team',
  facts: [],
  sections: [
    {
      type: 'table',
      key: 'components',
      columns: [
        { key: 'component', title: 'Component', kind: 'entity' },
        { key: 'state', title: 'State', kind: 'status' },
      ],
      rows: [
        [
          { text: 'cart', entityRef: 'component:default/cart' },
          { status: 'error', label: 'not ready' },
        ],
      ],
    },
  ],
});

function draw(
  ownershipEntityRefs: string[],
  backend = respondWith({ body: rows }),
  catalogApi = catalogApiMock({ entities: catalog }),
) {
  renderInTestApp(<HomePageContent />, {
    apis: [
      [dynatraceApiRef, backend.api],
      [catalogApiRef, catalogApi],
      [
        identityApiRef,
        mockApis.identity({
          userEntityRef: 'user:default/emi',
          ownershipEntityRefs,
        }),
      ],
    ],
    mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
  });
  return backend;
}

describe('HomePageContent', () => {
  it('shows the components of each group of the reader, and leads to their pages', async () => {
    const { requests } = draw([
      'user:default/emi',
      'group:default/platform',
      'group:default/orders',
    ]);
    const orders = await screen.findByRole('grid', {
      name: 'Components of Team orders',
    });
    expect(
      await screen.findByRole('grid', { name: 'Components of Team platform' }),
    ).toBeInTheDocument();
    expect(within(orders).getByText('not ready')).toBeInTheDocument();
    expect(within(orders).getByRole('link', { name: 'cart' })).toHaveAttribute(
      'href',
      '/catalog/default/component/cart',
    );
    expect(
      requests.map(({ url }) => [
        url.pathname.split('/').at(-1),
        url.searchParams.get('entityRef'),
      ]),
    ).toEqual([
      ['team', 'group:default/orders'],
      ['team', 'group:default/platform'],
    ]);
  });

  it('asks nothing about a group without components, and says so', async () => {
    const { requests } = draw(['user:default/emi', 'group:default/guild']);
    expect(
      await screen.findByText('Your groups own no component'),
    ).toBeInTheDocument();
    expect(requests).toEqual([]);
  });

  it('tells who is in no group', async () => {
    const { requests } = draw(['user:default/emi']);
    expect(await screen.findByText('You are in no group')).toBeInTheDocument();
    expect(requests).toEqual([]);
  });

  it('says that the catalog does not answer, and asks it again', async () => {
    const catalogApi = catalogApiMock({ entities: catalog });
    let isDown = true;
    const getEntities = catalogApi.getEntities.bind(catalogApi);
    catalogApi.getEntities = async request => {
      if (isDown) {
        throw new Error('the catalog is down');
      }
      return getEntities(request);
    };
    draw(['group:default/orders'], undefined, catalogApi);
    expect(await screen.findByText('The catalog is down.')).toBeInTheDocument();
    isDown = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByRole('grid', { name: 'Components of Team orders' }),
    ).toBeInTheDocument();
  });
});
