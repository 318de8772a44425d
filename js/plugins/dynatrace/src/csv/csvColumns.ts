import { TranslationFunction } from '@backstage/frontend-plugin-api';
import {
  Cell,
  Column,
  Unit,
} from '@grailstage/backstage-plugin-dynatrace-common';

import { answerText } from '../text/answerText';
import { dynatraceTranslationRef } from '../translation';

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
export function csvColumns(
  column: Column,
  title: string,
  t: TranslationFunction<typeof dynatraceTranslationRef.T>,
): CsvColumn[] {
  switch (column.kind) {
    case 'link':
    case 'links':
      return [
        { title, value: cell => join(cell, '; ', textOf) },
        {
          title: t('csv.url', { title }),
          value: cell => join(cell, ' ', urlOf),
        },
      ];
    case 'entity':
      return [{ title, value: textOf }];
    case 'readiness':
      return [
        { title, value: cell => numberAt(cell, 'ready') },
        {
          title: t('csv.desired', { title }),
          value: cell => numberAt(cell, 'desired'),
        },
      ];
    case 'status':
      return [{ title, value: cell => wordsOf(cell, t) }];
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

/** The text of a link or entity, with what is said below it. */
function textOf(cell: Cell): string | undefined {
  if (typeof cell === 'string') {
    return cell;
  }
  return typeof cell === 'object' && cell !== null && 'text' in cell
    ? withDetail(cell.text, 'detail' in cell ? cell.detail : undefined)
    : undefined;
}

/** The words of a status, as its cell shows them. */
function wordsOf(
  cell: Cell,
  t: TranslationFunction<typeof dynatraceTranslationRef.T>,
): string | undefined {
  return typeof cell === 'object' && cell !== null && 'label' in cell
    ? withDetail(
        answerText(cell.label, t),
        cell.detail && answerText(cell.detail, t),
      )
    : undefined;
}

function withDetail(text: string, detail: string | undefined): string {
  return detail ? `${text} (${detail})` : text;
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
