import { renderInTestApp } from '@backstage/frontend-test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import {
  dynatraceCardReadPermission,
  dynatraceCatalogQueryPermission,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { screen, waitFor } from '@testing-library/react';
import { ReactElement } from 'react';
import { answer } from '../__testUtils__/answers';
import { cart } from '../__testUtils__/cart';
import { respondWith } from '../__testUtils__/respondWith';
import { dynatraceApiRef } from '../api';
import { AnswerCard } from './AnswerCard';
import { CatalogQueriesCard } from './CatalogQueriesCard';
import { CustomQueryCard } from './CustomQueryCard';

const cards: [string, ReactElement][] = [
  [
    dynatraceCardReadPermission.name,
    <AnswerCard card="problems" title="Card" />,
  ],
  [
    dynatraceCardReadPermission.name,
    <CustomQueryCard query="errors" title="Card" />,
  ],
  [dynatraceCatalogQueryPermission.name, <CatalogQueriesCard title="Card" />],
];

/** Backstage remembers decisions for a while, so that each test has an entity of its own. */
let entities = 0;

function draw(card: ReactElement, authorize: jest.Mock) {
  entities += 1;
  const metadata = { ...cart.metadata, name: `cart-${entities}` };
  const { api, requests } = respondWith({ body: answer({}) });
  renderInTestApp(
    <EntityProvider entity={{ ...cart, metadata }}>{card}</EntityProvider>,
    {
      apis: [
        [dynatraceApiRef, api],
        [permissionApiRef, { authorize }],
      ],
    },
  );
  return { name: metadata.name, requests };
}

describe('PermittedCard', () => {
  it.each(cards)('asks nothing without %s', async (permission, card) => {
    const authorize = jest.fn(async () => ({ result: AuthorizeResult.DENY }));
    const { name, requests } = draw(card, authorize);
    const drawn = await screen.findByRole('article', { name: 'Card' });
    await waitFor(() =>
      expect(drawn).toHaveTextContent(`permission ${permission}`),
    );
    expect(authorize).toHaveBeenCalledWith(
      expect.objectContaining({
        permission: expect.objectContaining({ name: permission }),
        resourceRef: `component:default/${name}`,
      }),
    );
    expect(requests).toEqual([]);
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
  });

  it('leaves the decision to the backend where it cannot be found out', async () => {
    const { requests } = draw(
      <AnswerCard card="problems" title="Card" />,
      jest.fn(async () => {
        throw new Error('there is no permission backend');
      }),
    );
    await waitFor(() => expect(requests).toHaveLength(1));
  });

  it('asks with the permission', async () => {
    const { requests } = draw(
      <AnswerCard card="problems" title="Card" />,
      jest.fn(async () => ({ result: AuthorizeResult.ALLOW })),
    );
    await waitFor(() => expect(requests).toHaveLength(1));
  });
});
