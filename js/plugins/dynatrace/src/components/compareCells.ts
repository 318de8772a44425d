import {
  Cell,
  ReadinessCell,
  Status,
} from '@grailstage/backstage-plugin-dynatrace-common';

/**
 * Compares the cells of a column by what they mean: numbers as numbers, versions by their numbers, readiness by the ready
 * part, a status by how bad it is. Unknown values come last, whatever the direction.
 *
 * @returns below zero where `a` comes first
 */
export function compareCells(
  a: Cell,
  b: Cell,
  direction: 'ascending' | 'descending',
): number {
  const left = sortKeys(a);
  const right = sortKeys(b);
  if (!left || !right) {
    return Number(!left) - Number(!right);
  }
  const sign = direction === 'ascending' ? 1 : -1;
  for (const [index, key] of left.entries()) {
    const order = compareKeys(key, right[index] ?? '');
    if (order !== 0) {
      return order * sign;
    }
  }
  return 0;
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

const texts = new Intl.Collator(undefined, {
  numeric: true,
  sensitivity: 'base',
});

function sortKeys(cell: Cell): SortKey[] | undefined {
  if (cell === null) {
    return undefined;
  }
  if (typeof cell === 'string' || typeof cell === 'number') {
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
    return [severities[cell.status], cell.label, cell.detail ?? ''];
  }
  if ('points' in cell) {
    return cell.last === null ? undefined : [cell.last];
  }
  return 'record' in cell ? [JSON.stringify(cell.record)] : readinessKeys(cell);
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

function compareKeys(a: SortKey, b: SortKey): number {
  return typeof a === 'number' && typeof b === 'number'
    ? a - b
    : texts.compare(String(a), String(b));
}
