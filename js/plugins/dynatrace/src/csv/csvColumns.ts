import {
  Cell,
  Column,
  Unit,
} from '@grailstage/backstage-plugin-dynatrace-common';

/**
 * A column of a CSV file.
 */
export interface CsvColumn {
  title: string;
  /** Of a cell of the table's column; nothing for what is not known. */
  value: (cell: Cell) => string | number | undefined;
}

/** Numbers come without formatting, so their column says what they count. */
const unitNames: Record<Unit, string> = {
  percent: '%',
  bytes: 'B',
  milliseconds: 'ms',
  'per-day': '1/d',
  'per-minute': '1/min',
};

/**
 * The columns that hold what one column of a table shows: a link is its text and its URL, readiness is two numbers.
 *
 * @param title - of the column, in the language of the reader
 */
export function csvColumns(column: Column, title: string): CsvColumn[] {
  switch (column.kind) {
    case 'link':
    case 'links':
      return [
        { title, value: cell => join(cell, '; ', textOf) },
        { title: `${title} (URL)`, value: cell => join(cell, ' ', urlOf) },
      ];
    case 'entity':
      return [{ title, value: textOf }];
    case 'readiness':
      return [
        { title, value: cell => numberAt(cell, 'ready') },
        {
          title: `${title} (desired)`,
          value: cell => numberAt(cell, 'desired'),
        },
      ];
    case 'status':
      return [{ title, value: textOf }];
    default:
      return [
        {
          title: column.unit ? `${title} (${unitNames[column.unit]})` : title,
          value: plain,
        },
      ];
  }
}

function join(
  cell: Cell,
  separator: string,
  part: (cell: Cell) => string | undefined,
): string | undefined {
  if (!Array.isArray(cell)) {
    return part(cell);
  }
  // A link that leads nowhere has an empty URL.
  return cell.map(part).filter(Boolean).join(separator) || undefined;
}

/** The text of a link or status, with what is said below it. */
function textOf(cell: Cell): string | undefined {
  if (typeof cell === 'string') {
    return cell;
  }
  if (typeof cell !== 'object' || cell === null || Array.isArray(cell)) {
    return undefined;
  }
  if (!('text' in cell) && !('label' in cell)) {
    return undefined;
  }
  const text = 'text' in cell ? cell.text : cell.label;
  return 'detail' in cell && cell.detail ? `${text} (${cell.detail})` : text;
}

function urlOf(cell: Cell): string | undefined {
  return typeof cell === 'object' && cell !== null && 'url' in cell
    ? cell.url
    : undefined;
}

function numberAt(cell: Cell, key: 'ready' | 'desired'): number | undefined {
  return typeof cell === 'object' && cell !== null && 'desired' in cell
    ? (cell[key] ?? undefined)
    : undefined;
}

function plain(cell: Cell): string | number | undefined {
  if (cell === null) {
    return undefined;
  }
  if (typeof cell === 'string' || typeof cell === 'number') {
    return cell;
  }
  if ('points' in cell) {
    return cell.last ?? undefined;
  }
  return JSON.stringify('record' in cell ? cell.record : cell);
}
