import { renderInTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import {
  Cell,
  Column,
  Table,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { AnswerTable } from './AnswerTable';

const columns: Column[] = [
  { key: 'component', title: 'Component', kind: 'entity' },
  { key: 'state', title: 'State', kind: 'status' },
  { key: 'commit', title: 'Commit', kind: 'text', onRequest: true },
];

function row(name: string, commit: string): Cell[] {
  return [
    { text: name, entityRef: `component:default/id-of-${name}` },
    { status: 'ok', label: 'Pass', detail: '3 of 3' },
    commit,
  ];
}

/** A table that shrinks to its first row. */
function Shrinking(props: { table: Table; pageSize: number }) {
  const [isShrunk, setIsShrunk] = useState(false);
  const { table, pageSize } = props;
  return (
    <>
      <button onClick={() => setIsShrunk(true)}>shrink</button>
      <AnswerTable
        fileName="components.csv"
        pageSize={pageSize}
        table={isShrunk ? { ...table, rows: table.rows.slice(0, 1) } : table}
        title="Components"
      />
    </>
  );
}

function draw(rows: Cell[][], pageSize: number) {
  renderInTestApp(
    <Shrinking pageSize={pageSize} table={{ key: 'all', columns, rows }} />,
    { mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef } },
  );
}

async function names(): Promise<Array<string | null>> {
  const grid = await screen.findByRole('grid');
  return within(grid)
    .queryAllByRole('link')
    .map(link => link.textContent);
}

async function search(text: string) {
  const field = await screen.findByRole('searchbox');
  await userEvent.clear(field);
  await userEvent.type(field, text);
}

describe('AnswerTable', () => {
  const rows = [row('cart', 'b2'), row('checkout', 'c3'), row('mail', 'a1')];

  it('finds components by what is drawn of them, not by their references', async () => {
    draw(rows, 2);
    await search('CHECK');
    await waitFor(async () => expect(await names()).toEqual(['checkout']));
    await search('id-of');
    expect(await screen.findByText(/No row matches/)).toBeInTheDocument();
  });

  it('finds what columns on request say once they are drawn', async () => {
    draw(rows, 2);
    await search('a1');
    expect(await screen.findByText(/No row matches/)).toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('button', { name: 'All columns of Components' }),
    );
    await waitFor(async () => expect(await names()).toEqual(['mail']));
  });

  it('leaves a way to clear the search where one page shows all', async () => {
    draw(rows, 2);
    await search('mail');
    await waitFor(async () => expect(await names()).toEqual(['mail']));
    await userEvent.click(screen.getByRole('button', { name: 'shrink' }));
    expect(await screen.findByText(/No row matches/)).toBeInTheDocument();
    await userEvent.clear(screen.getByRole('searchbox'));
    await waitFor(async () => expect(await names()).toEqual(['cart']));
    expect(screen.queryByRole('searchbox')).not.toBeInTheDocument();
  });

  it('keeps the column by which it is sorted where others are hidden', async () => {
    draw(rows, 10);
    const all = await screen.findByRole('button', {
      name: 'All columns of Components',
    });
    await userEvent.click(all);
    await userEvent.click(screen.getByRole('columnheader', { name: 'Commit' }));
    await waitFor(async () =>
      expect(await names()).toEqual(['mail', 'cart', 'checkout']),
    );
    await userEvent.click(all);
    expect(await names()).toEqual(['mail', 'cart', 'checkout']);
    const commit = screen.getByRole('columnheader', { name: 'Commit' });
    expect(commit).toHaveAttribute('aria-sort', 'ascending');
    await userEvent.click(
      screen.getByRole('columnheader', { name: 'Component' }),
    );
    await waitFor(() => expect(commit).not.toBeInTheDocument());
    expect(await names()).toEqual(['cart', 'checkout', 'mail']);
  });
});
