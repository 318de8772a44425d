import {
  Cell,
  ColumnKind,
  ReadinessCell,
  Status,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { answerText } from '../text/answerText';
import { Reader } from './Reader';

/**
 * How the cells of a column compare, by what they mean: numbers as numbers, times as instants, versions by their numbers,
 * readiness by the ready part, a status by how bad it is and then as it is drawn. Unknown values come last, whatever the
 * direction.
 *
 * @returns a comparison that is below zero where its first cell comes first
 */
export function compareCells(
  kind: ColumnKind,
  direction: 'ascending' | 'descending',
  reader: Reader,
): (a: Cell, b: Cell) => number {
  const texts = new Intl.Collator(reader.language, {
    numeric: true,
    sensitivity: 'base',
  });
  const sign = direction === 'ascending' ? 1 : -1;
  return (a, b) => {
    const left = sortKeys(a, kind, reader);
    const right = sortKeys(b, kind, reader);
    if (!left || !right) {
      return Number(!left) - Number(!right);
    }
    for (const [index, key] of left.entries()) {
      const order = compareKeys(key, right[index] ?? '', texts);
      if (order !== 0) {
        return order * sign;
      }
    }
    return 0;
  };
}

type SortKey = string | number;

/** Worse ones are greater. */
const severities: Record<Status, number> = {
  neutral: 0,
  unknown: 1,
  ok: 2,
  warning: 3,
  error: 4,
};

function sortKeys(
  cell: Cell,
  kind: ColumnKind,
  { t }: Reader,
): SortKey[] | undefined {
  if (cell === null) {
    return undefined;
  }
  if (typeof cell === 'string') {
    return kind === 'timestamp' ? timeKeys(cell) : [cell];
  }
  if (typeof cell === 'number') {
    return [cell];
  }
  if (Array.isArray(cell)) {
    return [cell.map(({ text }) => text).join(' ')];
  }
  if ('entityRef' in cell) {
    return [cell.text];
  }
  if ('url' in cell) {
    return [cell.text, cell.detail ?? ''];
  }
  if ('label' in cell) {
    return [
      severities[cell.status],
      answerText(cell.label, t),
      answerText(cell.detail ?? '', t),
    ];
  }
  if ('points' in cell) {
    return cell.last === null ? undefined : [cell.last];
  }
  return 'record' in cell ? [JSON.stringify(cell.record)] : readinessKeys(cell);
}

/** Grail counts in nanoseconds, the browser in milliseconds. */
function timeKeys(iso: string): SortKey[] | undefined {
  const time = Date.parse(iso);
  const [, fraction = ''] = /\.(\d+)/.exec(iso) ?? [];
  return Number.isNaN(time)
    ? undefined
    : [time, Number(fraction.padEnd(9, '0'))];
}

function readinessKeys({
  ready,
  desired,
}: ReadinessCell): SortKey[] | undefined {
  if (ready === null || desired === null) {
    return undefined;
  }
  return [desired > 0 ? ready / desired : 1, ready];
}

function compareKeys(a: SortKey, b: SortKey, texts: Intl.Collator): number {
  return typeof a === 'number' && typeof b === 'number'
    ? a - b
    : texts.compare(String(a), String(b));
}
