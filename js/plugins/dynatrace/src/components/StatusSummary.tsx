import {
  TranslationFunction,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import {
  CardAnswer,
  Cell,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { columnTitle } from '../text/columnTitle';
import { dynatraceTranslationRef } from '../translation';
import { Status, StatusIcon } from './StatusIcon';
import styles from './StatusSummary.module.css';

interface SummaryItem {
  key: string;
  /** Absent for things that are better absent. */
  status?: Status;
  text: string;
}

/** Worst first. */
const readinessStatuses = ['error', 'warning', 'ok', 'unknown'] as const;

/**
 * The state of all rows in one line: how many are ready, and how many have something that is better absent.
 */
export function StatusSummary(props: { answer: CardAnswer }) {
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const items = summaryItems(props.answer, t);
  if (items.length === 0) {
    return null;
  }
  return (
    <ul aria-label={t('summary.title')} className={styles.list}>
      {items.map(({ key, status, text }) => (
        <li key={key} className={status ? styles.item : styles.raised}>
          {status && <StatusIcon status={status} />}
          {text}
        </li>
      ))}
    </ul>
  );
}

function summaryItems(
  answer: CardAnswer,
  t: TranslationFunction<typeof dynatraceTranslationRef.T>,
): SummaryItem[] {
  const items: SummaryItem[] = [];
  for (const [index, column] of answer.columns.entries()) {
    const cells = answer.rows.map(row => row[index] ?? null);
    if (column.kind === 'readiness') {
      for (const status of readinessStatuses) {
        const count = cells.filter(cell => readinessOf(cell) === status).length;
        if (count > 0) {
          const key = `${column.key} ${status}`;
          items.push({
            key,
            status,
            text: t(`summary.${status}`, { number: String(count) }),
          });
        }
      }
    } else if (column.kind === 'count') {
      const count = cells.filter(cell => Number(cell) > 0).length;
      if (count > 0) {
        const title = columnTitle(column, t);
        const text = t('summary.count', { title, number: String(count) });
        items.push({ key: column.key, text });
      }
    }
  }
  return items;
}

function readinessOf(cell: Cell): Status {
  return typeof cell === 'object' && cell !== null && 'status' in cell
    ? cell.status
    : 'unknown';
}
