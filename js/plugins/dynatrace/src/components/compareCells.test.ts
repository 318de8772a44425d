import {
  Cell,
  ColumnKind,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { englishReader, germanReader } from '../__testUtils__/readers';
import { compareCells } from './compareCells';
import { Reader } from './Reader';

function sorted(
  cells: Cell[],
  direction: 'ascending' | 'descending' = 'ascending',
  kind: ColumnKind = 'text',
  reader: Reader = englishReader,
): Cell[] {
  return cells.toSorted(compareCells(kind, direction, reader));
}

function pods(ready: number | null, desired: number | null): Cell {
  return { ready, desired, status: 'unknown' };
}

describe('compareCells', () => {
  it('sorts counts as numbers', () => {
    expect(sorted([10, 9, 100, 0])).toEqual([0, 9, 10, 100]);
    expect(sorted([10, 9, 100, 0], 'descending')).toEqual([100, 10, 9, 0]);
  });

  it('sorts versions by their numbers', () => {
    expect(sorted(['2.10.0', '2.9.1', '2.9.0'])).toEqual([
      '2.9.0',
      '2.9.1',
      '2.10.0',
    ]);
  });

  it('puts unknown values last in both directions', () => {
    expect(sorted([null, 2, null, 1])).toEqual([1, 2, null, null]);
    expect(sorted([null, 1, null, 2], 'descending')).toEqual([
      2,
      1,
      null,
      null,
    ]);
    expect(sorted([pods(1, null), pods(0, 1)])).toEqual([
      pods(0, 1),
      pods(1, null),
    ]);
  });

  it('sorts readiness by the ready part, not by the number of pods', () => {
    expect(sorted([pods(3, 3), pods(9, 10), pods(0, 1), pods(1, 2)])).toEqual([
      pods(0, 1),
      pods(1, 2),
      pods(9, 10),
      pods(3, 3),
    ]);
  });

  it('takes none of none for ready', () => {
    expect(sorted([pods(0, 0), pods(1, 2)])).toEqual([pods(1, 2), pods(0, 0)]);
  });

  it('sorts links by text, then by detail', () => {
    const link = (text: string, detail?: string) => ({
      text,
      detail,
      url: 'https://abc12345.apps.dynatrace.com',
    });
    const cells = [
      link('cart-10'),
      link('cart-9', 'StatefulSet'),
      link('cart-9', 'Deployment'),
    ];
    expect(sorted(cells)).toEqual([cells[2], cells[1], cells[0]]);
  });

  it('sorts entities by their titles', () => {
    const cells = ['cart-10', 'cart-9'].map(text => ({
      text,
      entityRef: `component:default/${text}`,
    }));
    expect(sorted(cells)).toEqual([cells[1], cells[0]]);
  });

  it('keeps the order of equal cells', () => {
    expect(sorted(['b', 'A', 'a'])).toEqual(['A', 'a', 'b']);
    expect(sorted(['a', 'A'])).toEqual(['a', 'A']);
    expect(compareCells('text', 'descending', englishReader)(null, null)).toBe(
      0,
    );
  });

  it('sorts times as instants, also within a second and a millisecond', () => {
    const times = [
      '2026-11-21T12:00:00Z',
      '2026-11-21T12:00:00.000000001Z',
      '2026-11-21T12:00:00.123Z',
      '2026-11-21T12:00:00.123456789Z',
      '2026-11-21T12:00:00.5Z',
      '2026-11-21T13:00:01+01:00',
    ];
    expect(sorted(times.toReversed(), 'ascending', 'timestamp')).toEqual(times);
    expect(sorted(times, 'descending', 'timestamp')).toEqual(
      times.toReversed(),
    );
    expect(
      sorted(['soon', times[1], times[0]], 'descending', 'timestamp'),
    ).toEqual([times[1], times[0], 'soon']);
  });

  it('sorts by the alphabet of the language', () => {
    const swedish = { ...englishReader, language: 'sv' };
    expect(sorted(['zebra', 'ärla'])).toEqual(['ärla', 'zebra']);
    expect(sorted(['zebra', 'ärla'], 'ascending', 'text', swedish)).toEqual([
      'zebra',
      'ärla',
    ]);
  });

  it('sorts statuses by how bad they are, then as they are drawn', () => {
    const error: Cell = { status: 'error', label: 'Pass' };
    // Low and medium: in German, these are Niedrig and Mittel.
    const low: Cell = { status: 'ok', label: 'Low' };
    const medium: Cell = { status: 'ok', label: 'Medium' };
    const cells = [error, low, medium];
    expect(sorted(cells, 'ascending', 'status')).toEqual([low, medium, error]);
    expect(sorted(cells, 'ascending', 'status', germanReader)).toEqual([
      medium,
      low,
      error,
    ]);
  });
});
