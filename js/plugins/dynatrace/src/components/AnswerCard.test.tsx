import { Entity } from '@backstage/catalog-model';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { CardAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import {
  answer,
  answered,
  failed,
  missingScopeNote,
  table,
  truncatedNote,
  unreachableNote,
  workload,
  workloads,
} from '../__testUtils__/answers';
import { cart } from '../__testUtils__/cart';
import {
  BackendResponse,
  errorBody,
  respondWith,
} from '../__testUtils__/respondWith';
import { DynatraceApi, dynatraceApiRef } from '../api';
import { AnswerCard } from './AnswerCard';

/** Apart from its colon, which the linter takes for a script. */
const script = 'javascript';

function draw(api: DynatraceApi, pageSize?: number) {
  return renderInTestApp(
    <EntityProvider entity={cart}>
      <AnswerCard card="kubernetes-deployments" pageSize={pageSize} />
    </EntityProvider>,
    { apis: [[dynatraceApiRef, api]] },
  );
}

function drawAnswer(values?: Partial<CardAnswer>, pageSize?: number) {
  return draw(respondWith({ body: answer(values) }).api, pageSize);
}

/** The texts of a column, row by row. */
async function column(index: number): Promise<Array<string | null>> {
  const grid = await screen.findByRole('grid');
  const [, ...rows] = within(grid).getAllByRole('row');
  return rows.map(row => {
    const cells = row.querySelectorAll('[role=rowheader], [role=gridcell]');
    // Without the title of the column, which a narrow card shows in each cell.
    return cells[index].lastElementChild?.textContent ?? null;
  });
}

async function sortBy(title: string) {
  await userEvent.click(
    await screen.findByRole('columnheader', { name: title }),
  );
}

describe('AnswerCard', () => {
  it('draws each cell by its kind', async () => {
    drawAnswer();
    const grid = await screen.findByRole('grid', {
      name: 'Kubernetes workloads',
    });
    expect(
      within(grid)
        .getAllByRole('columnheader')
        .map(header => header.textContent),
    ).toEqual([
      'Workload',
      'Cluster',
      'Namespace',
      'Version',
      'Pods',
      'Problems',
      'Vulnerabilities',
      'Logs',
      'Environment',
    ]);
    const [, first, , third] = within(grid).getAllByRole('row');
    expect(
      within(first).getByRole('link', { name: 'cart (opens in a new tab)' }),
    ).toHaveAttribute(
      'href',
      'https://abc12345.apps.dynatrace.com/ui/apps/dynatrace.kubernetes/cart',
    );
    expect(within(first).getByText('Deployment')).toBeInTheDocument();
    expect(within(first).getByText('2/3')).toBeInTheDocument();
    expect(within(first).getByText('2 of 3 ready')).toBeInTheDocument();
    expect(within(first).getByText('12')).toBeInTheDocument();
    expect(within(third).getAllByText('unknown')).toHaveLength(2);
  });

  it('sums up the state of all rows', async () => {
    drawAnswer();
    const summary = await screen.findByRole('list', { name: 'At a glance' });
    expect(
      within(summary)
        .getAllByRole('listitem')
        .map(item => item.textContent),
    ).toEqual([
      '1 not ready',
      '1 partly ready',
      '2 ready',
      '1 unknown',
      '2 with problems',
      '2 with vulnerabilities',
    ]);
  });

  it('sorts counts as numbers, with the unknown ones last', async () => {
    drawAnswer();
    await sortBy('Vulnerabilities');
    expect(await column(6)).toEqual(['0', '3', '12', '–unknown', '–unknown']);
    await sortBy('Vulnerabilities');
    expect(await column(6)).toEqual(['12', '3', '0', '–unknown', '–unknown']);
  });

  it('sorts versions by their numbers', async () => {
    drawAnswer();
    await sortBy('Version');
    expect(await column(3)).toEqual([
      '2.4.1',
      '2.4.1',
      '2.5.0-rc.1',
      '2.10.0',
      '–unknown',
    ]);
  });

  it('says what was scanned and links to the query of each environment', async () => {
    drawAnswer();
    const reports = await screen.findByRole('list', {
      name: 'Queries of Kubernetes workloads',
    });
    const [production] = within(reports).getAllByRole('listitem');
    expect(production).toHaveTextContent('production');
    expect(production).toHaveTextContent('3 records');
    expect(production).toHaveTextContent('1.2 MB scanned');
    expect(
      within(production).getByRole('link', {
        name: 'Open query in Dynatrace, production (opens in a new tab)',
      }),
    ).toHaveAttribute(
      'href',
      'https://abc12345.apps.dynatrace.com/ui/intent/dynatrace.notebooks/view-query',
    );
  });

  it('never makes a link of a url that is not http', async () => {
    const [name, ...rest] = workload({ name: 'cart' });
    drawAnswer({
      sections: [
        table({
          rows: [
            [
              { ...Object(name), url: `${script}:alert(1)` },
              ...rest.slice(0, 6),
              { text: 'Logs', url: 'data:text/html,<script>alert(1)</script>' },
              'production',
            ],
          ],
        }),
      ],
      environments: [
        {
          ...answered('production', 1, 1),
          queries: [
            { key: 'workloads', query: '', notebookUrl: `${script}:alert(2)` },
          ],
        },
      ],
    });
    expect(await column(0)).toEqual(['cartDeployment']);
    expect(screen.getByText('Open query in Dynatrace')).toBeInTheDocument();
    expect(screen.queryByRole('link')).not.toBeInTheDocument();
  });

  it('pages and searches where there are more rows than fit a page', async () => {
    const rows = Array.from({ length: 25 }, (_, index) =>
      workload({ name: `shard-${index}`, cluster: `cluster-${index % 5}` }),
    );
    drawAnswer({ sections: [table({ rows })] });
    expect(await screen.findByText('1–10 of 25')).toBeInTheDocument();
    expect(await column(0)).toHaveLength(10);
    await userEvent.click(
      screen.getByRole('button', { name: 'Next table page' }),
    );
    expect(screen.getByText('11–20 of 25')).toBeInTheDocument();
    await userEvent.type(
      screen.getByRole('searchbox', { name: 'Search Kubernetes workloads' }),
      'CLUSTER-3',
    );
    await waitFor(async () =>
      expect(await column(1)).toEqual(Array(5).fill('cluster-3')),
    );
    await userEvent.type(screen.getByRole('searchbox'), 'x');
    expect(await screen.findByText(/No row matches/)).toHaveTextContent(
      'No row matches CLUSTER-3x.',
    );
  });

  it('counts rows in the numbers of the language', async () => {
    drawAnswer({
      sections: [
        table({ rows: Array(1_234).fill(workload({ name: 'cart' })) }),
      ],
    });
    expect(await screen.findByText('1–10 of 1,234')).toBeInTheDocument();
  });

  it('downloads all rows, not only those of the page', async () => {
    const rows = Array.from({ length: 25 }, (_, index) =>
      workload({ name: `shard-${index}` }),
    );
    const files: Blob[] = [];
    URL.createObjectURL = blob => {
      files.push(blob as Blob);
      return 'blob:csv';
    };
    URL.revokeObjectURL = () => {};
    const names: string[] = [];
    const click = jest
      .spyOn(HTMLAnchorElement.prototype, 'click')
      .mockImplementation(function save(this: HTMLAnchorElement) {
        names.push(this.download);
      });
    drawAnswer({ sections: [table({ rows })] });
    const download = await screen.findByRole('button', {
      name: 'Download Kubernetes workloads as CSV, all rows',
    });
    download.focus();
    await userEvent.keyboard('{Enter}');
    click.mockRestore();
    expect(names).toEqual(['cart-kubernetes-deployments.csv']);
    expect(files.map(({ type }) => type)).toEqual(['text/csv;charset=utf-8']);
    const lines = (await files[0].text()).trimEnd().split('\r\n');
    expect(lines).toHaveLength(26);
    expect(lines[25]).toMatch(/^"shard-24 \(Deployment\)","https:/);
  });

  it('offers no search where one page shows all', async () => {
    drawAnswer();
    expect(await column(0)).toHaveLength(5);
    expect(screen.queryByRole('searchbox')).not.toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: 'Next table page' }),
    ).not.toBeInTheDocument();
  });

  it('draws columns it has no translation for, by the title of the answer', async () => {
    drawAnswer({
      sections: [
        table({
          columns: [{ key: 'restarts', title: 'Restarts', kind: 'count' }],
          rows: [[4]],
        }),
      ],
    });
    expect(
      await screen.findByRole('columnheader', { name: 'Restarts' }),
    ).toBeInTheDocument();
  });

  it('is busy while it loads', async () => {
    const { api } = respondWith({ body: answer() });
    jest.spyOn(api, 'getCardAnswer').mockReturnValue(new Promise(() => {}));
    draw(api);
    const card = await screen.findByRole('article', {
      name: 'Kubernetes workloads',
    });
    expect(card).toHaveAttribute('aria-busy', 'true');
    expect(within(card).getByRole('status')).toHaveTextContent(
      'Loading Kubernetes workloads',
    );
    expect(screen.queryByRole('grid')).not.toBeInTheDocument();
  });

  it('asks once, and gives up when it goes', async () => {
    const { api, requests } = respondWith({ body: answer() });
    const { unmount } = draw(api);
    await screen.findByRole('grid');
    expect(requests).toHaveLength(1);
    expect(requests[0].url.searchParams.get('entityRef')).toBe(
      'component:default/cart',
    );
    expect(requests[0].signal?.aborted).toBe(false);
    unmount();
    expect(requests[0].signal?.aborted).toBe(true);
  });

  it('forgets the answer of another entity', async () => {
    const { api, requests } = respondWith(
      { body: answer() },
      { failure: new TypeError('Failed to fetch') },
    );
    const card = (entity: Entity) => (
      <EntityProvider entity={entity}>
        <AnswerCard card="kubernetes-deployments" />
      </EntityProvider>
    );
    const Switch = () => {
      const [entity, setEntity] = useState(cart);
      return (
        <>
          <button
            onClick={() =>
              setEntity({ ...cart, metadata: { name: 'checkout' } })
            }
          >
            other
          </button>
          {card(entity)}
        </>
      );
    };
    renderInTestApp(<Switch />, { apis: [[dynatraceApiRef, api]] });
    await screen.findByRole('grid');
    await userEvent.click(screen.getByRole('button', { name: 'other' }));
    expect(
      await screen.findByText('Backstage cannot be reached'),
    ).toBeInTheDocument();
    expect(screen.queryByRole('grid')).not.toBeInTheDocument();
    expect(requests[0].signal?.aborted).toBe(true);
    expect(requests[1].url.searchParams.get('entityRef')).toBe(
      'component:default/checkout',
    );
  });

  it('says in its place that it cannot be drawn, and tries again', async () => {
    const logged = jest.spyOn(console, 'error').mockImplementation(() => {});
    const broken = { ...table(), columns: undefined };
    const { api } = respondWith(
      { body: { ...answer(), sections: [broken] } },
      { body: answer() },
    );
    draw(api);
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Something went wrong',
    );
    expect(
      screen.getByRole('article', { name: 'Kubernetes workloads' }),
    ).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await column(0)).toHaveLength(5);
    logged.mockRestore();
  });

  describe('without a full answer', () => {
    it('draws the rows there are and names the environment that failed', async () => {
      drawAnswer({
        state: 'partial',
        sections: [table({ rows: workloads.slice(0, 3) })],
        notes: [unreachableNote, missingScopeNote],
        environments: [answered('production', 3, 1), failed('preproduction')],
      });
      expect(await column(0)).toHaveLength(3);
      expect(
        within(screen.getByRole('list', { name: 'Environments' }))
          .getAllByRole('listitem')
          .map(item => item.textContent),
      ).toEqual(['production', 'preproduction (failed)']);
      const notes = screen.getByRole('list', {
        name: 'Notes on Kubernetes workloads',
      });
      const [unreachable, missingScope] =
        within(notes).getAllByRole('listitem');
      expect(unreachable).toHaveTextContent(
        'Error: preproductionDynatrace cannot be reached',
      );
      expect(unreachable).toHaveTextContent(
        'def67890.apps.dynatrace.com cannot be reached: connection refused. Check the environment',
      );
      expect(missingScope).toHaveTextContent(
        'Warning: productionThe Dynatrace token lacks a permission',
      );
      expect(missingScope).toHaveTextContent(
        'Grant storage:security.events:read to the OAuth client or platform token.',
      );
    });

    it('says that an answer is cut off', async () => {
      drawAnswer({ state: 'partial', notes: [truncatedNote] });
      expect(await column(0)).toHaveLength(5);
      expect(screen.getByText('The answer is cut off')).toBeInTheDocument();
    });

    it('says what was searched where nothing was found', async () => {
      drawAnswer({ state: 'empty', sections: [table({ rows: [] })] });
      expect(await screen.findByText('No workloads found')).toBeInTheDocument();
      expect(screen.getByText(/^Searched/)).toHaveTextContent(
        'Searched production and preproduction for component:default/cart, selected by:',
      );
      expect(
        screen.getByText('app.kubernetes.io/name in (cart, cart-worker)'),
      ).toBeInTheDocument();
      expect(screen.queryByRole('grid')).not.toBeInTheDocument();
    });

    it('does not claim to have searched an environment that failed', async () => {
      drawAnswer({
        state: 'partial',
        sections: [table({ rows: [] })],
        notes: [unreachableNote],
        environments: [answered('production', 0, 1), failed('preproduction')],
      });
      expect(await screen.findByText(/^Searched/)).toHaveTextContent(
        'Searched production for component:default/cart',
      );
      expect(
        screen.getByText('Dynatrace cannot be reached'),
      ).toBeInTheDocument();
    });

    it('names every reason where no environment answered, and tries again', async () => {
      const { api } = respondWith(
        {
          body: answer({
            state: 'failed',
            sections: [table({ rows: [] })],
            notes: [
              unreachableNote,
              { ...missingScopeNote, severity: 'error' },
            ],
            environments: [failed('production'), failed('preproduction')],
          }),
        },
        { body: answer() },
      );
      draw(api);
      expect(await screen.findByRole('alert')).toHaveTextContent(
        'No Dynatrace environment answered',
      );
      expect(
        screen.getByText('Dynatrace cannot be reached'),
      ).toBeInTheDocument();
      expect(
        screen.getByText('The Dynatrace token lacks a permission'),
      ).toBeInTheDocument();
      await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
      expect(await column(0)).toHaveLength(5);
    });

    it('shows how to configure an environment', async () => {
      drawAnswer({
        state: 'not-configured',
        facts: [],
        sections: [],
        environments: [],
      });
      expect(
        await screen.findByRole('region', { name: 'app-config.yaml' }),
      ).toHaveTextContent('dynatrace: environments: - name: production');
    });

    it('says of a group without components how one becomes its own', async () => {
      drawAnswer({
        state: 'no-components',
        facts: [],
        sections: [],
        environments: [],
        notes: [
          {
            severity: 'info',
            code: 'no-components',
            message: 'no component is owned by `group:default/orders`',
            help: 'name it in `spec.owner` of a component',
          },
        ],
      });
      const state = await screen.findByText('There are no components');
      const message = state.closest('[role=status]');
      for (const text of [
        'No component is owned by group:default/orders.',
        'Name it in spec.owner of a component.',
      ]) {
        expect(message).toHaveTextContent(text);
      }
      expect(screen.queryByRole('list', { name: /^Notes on/ })).toBeNull();
    });

    it('shows the annotations that are missing, with an example', async () => {
      drawAnswer({
        state: 'missing-annotation',
        facts: [],
        sections: [],
        environments: [],
        annotations: [
          'backstage.io/kubernetes-id',
          'backstage.io/kubernetes-label-selector',
        ],
      });
      expect(
        (await screen.findByRole('region', { name: 'catalog-info.yaml' }))
          .textContent,
      ).toBe(
        [
          'metadata:',
          '  annotations:',
          '    backstage.io/kubernetes-id: cart',
          '    # or',
          '    backstage.io/kubernetes-label-selector: app.kubernetes.io/name=cart',
        ].join('\n'),
      );
    });
  });

  describe('without an answer', () => {
    const cases: Array<[string, BackendResponse, string, string]> = [
      [
        'a permission that is not granted',
        errorBody({
          status: 403,
          name: 'NotAllowedError',
          message: 'the permission `dynatrace.card.read` is not granted',
        }),
        'You may not see this card',
        'grant you the permission dynatrace.card.read',
      ],
      [
        'a scope that the token lacks',
        errorBody({
          status: 403,
          name: 'NotAllowedError',
          message: 'the token lacks `storage:smartscape:read`',
          code: 'missing-scope',
          help: 'grant `storage:smartscape:read` to the OAuth client',
        }),
        'The Dynatrace token lacks a permission',
        'Grant storage:smartscape:read to the OAuth client.',
      ],
      [
        'an entity that is not there',
        errorBody({
          status: 404,
          name: 'NotFoundError',
          message: 'there is no entity `component:default/cart`',
        }),
        'Backstage does not find this entity',
        'There is no entity component:default/cart.',
      ],
      [
        'a backend without the plugin',
        { text: '', status: 404 },
        'The Dynatrace backend does not answer',
        '@grailstage/backstage-plugin-dynatrace-backend',
      ],
      [
        'a limit on requests',
        errorBody({
          status: 429,
          name: 'GrailstageError',
          message: 'no more requests',
          code: 'rate-limited',
          help: 'try again in 20 s',
          environment: 'production',
        }),
        'Dynatrace asks to slow down',
        'production: no more requests.Try again in 20 s.',
      ],
      [
        'a malformed selector',
        errorBody({
          status: 400,
          name: 'InputError',
          message: 'expected `)` at position 12',
          code: 'invalid-label-selector',
        }),
        'An annotation of this entity cannot be understood',
        'Expected ) at position 12.',
      ],
      [
        'a network that is down',
        { failure: new TypeError('Failed to fetch') },
        'Backstage cannot be reached',
        'Check your network connection',
      ],
      [
        'a page of a proxy',
        { text: '<h1>Sign in</h1>' },
        'The answer cannot be read',
        'text/html',
      ],
      [
        'an error without a name',
        errorBody({ status: 500, name: 'Error', message: 'oops' }),
        'Something went wrong',
        'Oops.',
      ],
    ];

    it.each(cases)(
      'says what to do about %s',
      async (_, response, title, text) => {
        draw(respondWith(response).api);
        const message = (await screen.findByText(title)).closest(
          '[role=alert], [role=status]',
        );
        expect(message).toHaveTextContent(text);
        expect(screen.queryByRole('grid')).not.toBeInTheDocument();
      },
    );

    it('recovers on another try', async () => {
      const { api } = respondWith(
        { failure: new TypeError('Failed to fetch') },
        { body: answer() },
      );
      draw(api);
      await userEvent.click(
        await screen.findByRole('button', { name: 'Try again' }),
      );
      expect(await column(0)).toHaveLength(5);
      expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    });

    it('offers no other try for what it cannot cure', async () => {
      draw(
        respondWith(
          errorBody({
            status: 403,
            name: 'NotAllowedError',
            message: 'not granted',
          }),
        ).api,
      );
      await screen.findByText('You may not see this card');
      expect(
        screen.queryByRole('button', { name: 'Try again' }),
      ).not.toBeInTheDocument();
    });
  });
});
