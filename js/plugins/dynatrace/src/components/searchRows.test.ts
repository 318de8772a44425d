import {
  Cell,
  Column,
  ColumnKind,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { englishReader, germanReader } from '../__testUtils__/readers';
import { searchRows } from './searchRows';
import { TableColumn } from './TableColumn';

/** Whether a row of one cell is found. */
function isFound(
  kind: ColumnKind,
  cell: Cell,
  text: string,
  more: { reader?: typeof englishReader; exact?: boolean } = {},
): boolean {
  const model: Column = { key: 'a', title: 'A', kind, unit: undefined };
  const column: TableColumn = { id: 'a', index: 0, title: 'A', model };
  const { reader = englishReader, exact } = more;
  const rows = [{ id: '0', values: [cell] }];
  return searchRows(rows, text, [column], reader, exact).length > 0;
}

describe('searchRows', () => {
  const pass: Cell = { status: 'ok', label: 'Fail', detail: '3 of 4' };
  const link: Cell = { text: 'Cart', detail: 'Pod', url: 'https://a.example' };

  it.each<[ColumnKind, Cell, string]>([
    ['text', 'Cart', 'cArT'],
    ['entity', { text: 'Cart', entityRef: 'component:default/x' }, 'cart'],
    ['link', link, 'pod'],
    ['links', [link], 'cart'],
    ['count', 1200, '1,200'],
    ['readiness', { ready: 2, desired: 3, status: 'warning' }, '2/3'],
    ['status', pass, '3 of 4'],
    ['record', { record: { level: 'ERROR' } }, '"level": "error"'],
    ['timestamp', '2020-01-01T00:00:00Z', 'days ago'],
  ])('finds what is drawn of a %s', (kind, cell, text) => {
    expect(isFound(kind, cell, text)).toBe(true);
  });

  it.each<[ColumnKind, Cell, string]>([
    ['entity', { text: 'Cart', entityRef: 'component:default/x' }, 'default'],
    ['link', link, 'example'],
    ['text', null, 'null'],
    ['sparkline', { points: [1, 2], last: 2 }, '2'],
    ['timestamp', '2020-01-01T00:00:00Z', '2020-01'],
  ])('does not find what is not drawn of a %s', (kind, cell, text) => {
    expect(isFound(kind, cell, text)).toBe(false);
  });

  it('finds a status by the word of the language', () => {
    expect(
      isFound('status', pass, 'nicht best', { reader: germanReader }),
    ).toBe(true);
    expect(isFound('status', pass, 'fail', { reader: germanReader })).toBe(
      false,
    );
  });

  it('finds exact times where these are drawn', () => {
    const time = '2020-01-15T12:00:00Z';
    expect(isFound('timestamp', time, 'jan 15', { exact: true })).toBe(true);
    expect(isFound('timestamp', time, 'ago', { exact: true })).toBe(false);
  });
});
