import { compareCells } from './compareCells';
import { Reader } from './Reader';
import { TableColumn } from './TableColumn';
import { TableRow } from './TableRow';

/**
 * The rows in the order of one column; equal ones stay as they are.
 */
export function sortRows(
  rows: TableRow[],
  column: TableColumn,
  direction: 'ascending' | 'descending',
  reader: Reader,
): TableRow[] {
  const compare = compareCells(column.model.kind, direction, reader);
  return rows.toSorted((a, b) =>
    compare(a.values[column.index] ?? null, b.values[column.index] ?? null),
  );
}
