import { renderInTestApp } from '@backstage/frontend-test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import {
  CatalogQueriesAnswer,
  EntityQueryAnswer,
  Section,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  answer,
  failed,
  table,
  unreachableNote,
} from '../__testUtils__/answers';
import { cart } from '../__testUtils__/cart';
import { refusedQuery } from '../__testUtils__/queries';
import {
  BackendResponse,
  errorBody,
  respondWith,
} from '../__testUtils__/respondWith';
import { dynatraceApiRef } from '../api';
import { CardViewProvider } from './CardViewProvider';
import { CatalogQueriesCard } from './CatalogQueriesCard';

const answered: EntityQueryAnswer = {
  id: 'catalog.workloads',
  description: 'Where it runs',
  answer: answer({ card: 'catalog.workloads' }),
};

function body(...queries: EntityQueryAnswer[]): BackendResponse {
  return { body: { queries } satisfies CatalogQueriesAnswer };
}

function draw(...responses: BackendResponse[]) {
  return drawAt('/', ...responses);
}

/** Below the pickers of the tab, at an address. */
function drawAt(address: string, ...responses: BackendResponse[]) {
  const { api, requests } = respondWith(...responses);
  renderInTestApp(
    <EntityProvider entity={cart}>
      <CardViewProvider>
        <CatalogQueriesCard />
      </CardViewProvider>
    </EntityProvider>,
    { apis: [[dynatraceApiRef, api]], initialRouteEntries: [address] },
  );
  return requests;
}

describe('CatalogQueriesCard', () => {
  it('draws a card for each query of the entity', async () => {
    const requests = draw(body(answered, refusedQuery));
    const card = await screen.findByRole('article', { name: 'Where it runs' });
    expect(within(card).getByRole('grid')).toBeInTheDocument();
    expect(
      screen.getByRole('article', { name: 'visitors' }),
    ).toBeInTheDocument();
    expect(requests).toHaveLength(1);
    const [{ url }] = requests;
    expect(url.pathname).toMatch(/\/v1\/queries\/catalog$/);
    expect(url.searchParams.get('entityRef')).toBe('component:default/cart');
  });

  it('marks in a refused query what is wrong with it', async () => {
    draw(body(refusedQuery));
    const card = await screen.findByRole('article', { name: 'visitors' });
    expect(card).toHaveTextContent('The policy does not allow this query');
    expect(card).toHaveTextContent('Line 2, column 17');
    expect(card).toHaveTextContent('Allowed are logs and spans.');
    const source = within(card).getByRole('region', { name: 'Query visitors' });
    expect(
      [...source.querySelectorAll('mark')].map(mark => mark.textContent),
    ).toEqual(['user.sessions']);
    expect(within(card).queryByRole('grid')).not.toBeInTheDocument();
  });

  it('says why an entry that is no query has none', async () => {
    draw(
      body({
        id: 'catalog.3',
        refusal: {
          code: 'malformed',
          message: 'it has no `query`',
          findings: [],
        },
      }),
    );
    const card = await screen.findByRole('article', { name: '3' });
    expect(card).toHaveTextContent('This entry is no query');
    expect(card).toHaveTextContent('It has no query.');
  });

  it('says which environments a query is for, and asks them where the reader wants', async () => {
    const elsewhere = answer({
      card: 'catalog.workloads',
      state: 'empty',
      sections: [],
      environments: [],
      notes: [
        {
          severity: 'info',
          code: 'not-asked-here',
          message: 'the query is only for `production`',
          help: 'choose one of its environments',
        },
      ],
    });
    const requests = drawAt(
      '/?environment=preproduction',
      body({ ...answered, answer: elsewhere }),
      body(answered),
    );
    const card = await screen.findByRole('article', { name: 'Where it runs' });
    expect(
      within(card).getByText('The query is for other environments'),
    ).toBeInTheDocument();
    expect(card).toHaveTextContent(
      'The query is only for production.Choose one of its environments.',
    );
    expect(card).not.toHaveTextContent('Searched');
    expect(within(card).queryByRole('list', { name: /^Notes/ })).toBeNull();
    await userEvent.click(
      within(card).getByRole('button', { name: 'Show all environments' }),
    );
    await waitFor(() => expect(requests).toHaveLength(2));
    expect(
      requests.map(({ url }) => url.searchParams.getAll('environment')),
    ).toEqual([['preproduction'], []]);
    expect(await screen.findByRole('grid')).toBeInTheDocument();
  });

  it('asks anew for a refresh and keeps the answers where that fails', async () => {
    const requests = draw(
      body(answered),
      errorBody({ status: 503, name: 'Error', message: 'it is down' }),
    );
    const card = await screen.findByRole('article', { name: 'Where it runs' });
    await userEvent.click(
      within(card).getByRole('button', { name: 'Refresh Where it runs' }),
    );
    await waitFor(() => expect(requests).toHaveLength(2));
    expect(requests[0].url.searchParams.get('refresh')).toBeNull();
    expect(requests[1].url.searchParams.get('refresh')).toBe('true');
    // The other queries of the entity are not asked anew.
    expect(requests[1].url.searchParams.get('refreshOnly')).toBe(answered.id);
    expect(
      await within(card).findByText(/^Could not refresh/),
    ).toBeInTheDocument();
    expect(within(card).getByRole('grid')).toBeInTheDocument();
  });

  it('keeps the answer of a query where no environment answers any more', async () => {
    const gone = answer({
      state: 'failed',
      sections: [],
      notes: [unreachableNote],
      environments: [failed('production'), failed('preproduction')],
    });
    draw(
      body(answered, { ...answered, id: 'catalog.b', description: 'Other' }),
      body(
        { ...answered, answer: gone },
        { ...answered, id: 'catalog.b', description: 'Other' },
      ),
    );
    const card = await screen.findByRole('article', { name: 'Where it runs' });
    await userEvent.click(
      within(card).getByRole('button', { name: 'Refresh Where it runs' }),
    );
    expect(
      await within(card).findByText(/^Could not refresh/),
    ).toBeInTheDocument();
    expect(within(card).getByRole('grid')).toBeInTheDocument();
    expect(
      within(card).getByText('Dynatrace cannot be reached'),
    ).toBeInTheDocument();
    const other = screen.getByRole('article', { name: 'Other' });
    expect(within(other).getByRole('grid')).toBeInTheDocument();
    expect(
      within(other).queryByText(/^Could not refresh/),
    ).not.toBeInTheDocument();
  });

  it('draws a query that failed from the start as failed', async () => {
    const gone = answer({ state: 'failed', sections: [] });
    draw(body({ ...answered, answer: gone }));
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'No Dynatrace environment answered',
    );
  });

  it('keeps a query that cannot be drawn from taking the others down', async () => {
    const logged = jest.spyOn(console, 'error').mockImplementation(() => {});
    const broken = answer({
      sections: [{ ...table(), columns: undefined } as unknown as Section],
    });
    draw(
      body({ id: 'catalog.broken', answer: broken }, answered),
      body(answered, answered),
    );
    const card = await screen.findByRole('article', { name: 'Where it runs' });
    expect(within(card).getByRole('grid')).toBeInTheDocument();
    const other = screen.getByRole('article', { name: 'broken' });
    await userEvent.click(
      within(other).getByRole('button', { name: 'Try again' }),
    );
    await waitFor(() => expect(screen.getAllByRole('grid')).toHaveLength(2));
    logged.mockRestore();
  });

  it('says that a query found nothing where its chart has no value', async () => {
    const chart: Section = {
      type: 'chart',
      key: 'lines',
      title: 'lines',
      kind: 'line',
      times: ['2026-11-21T12:00:00Z'],
      series: [{ name: 'lines', values: [null] }],
    };
    draw(
      body({
        ...answered,
        answer: answer({ state: 'empty', sections: [chart] }),
      }),
    );
    expect(
      await screen.findByText('The query found nothing'),
    ).toBeInTheDocument();
    expect(screen.queryByRole('figure')).not.toBeInTheDocument();
  });

  it('draws times as they are', async () => {
    const times = table({
      columns: [{ key: 'timestamp', title: 'timestamp', kind: 'timestamp' }],
      rows: [['2026-11-21T12:00:00Z']],
    });
    draw(body({ ...answered, answer: answer({ sections: [times] }) }));
    expect(
      within(await screen.findByRole('grid')).getByText(
        /^Nov 21, 2026, \d+:00:00/,
      ),
    ).toBeInTheDocument();
  });

  it('names the permission that a reader lacks', async () => {
    draw(
      errorBody({
        status: 403,
        name: 'NotAllowedError',
        message:
          'the permission `dynatrace.query.catalog` is not granted for `component:default/cart`',
      }),
    );
    const card = await screen.findByRole('article', {
      name: 'Queries of this entity',
    });
    await waitFor(() =>
      expect(card).toHaveTextContent(
        'Ask an administrator of Backstage to grant you the permission dynatrace.query.catalog',
      ),
    );
  });

  it('shows how to add queries where the entity has none', async () => {
    draw(body());
    expect(
      await screen.findByText('This entity has no queries'),
    ).toBeInTheDocument();
    expect(screen.getByText(/queries:\s+- id: errors/)).toBeInTheDocument();
  });
});
