import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Cell,
  Column,
  Row,
  SearchField,
  SortDescriptor,
  TableBody,
  TableHeader,
  TablePagination,
  TableRoot,
  Text,
  useTable,
} from '@backstage/ui';
import {
  CardAnswer,
  Cell as Value,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { clsx } from 'clsx';
import { useMemo } from 'react';
import { columnTitle } from '../text/columnTitle';
import { dynatraceTranslationRef } from '../translation';
import { AnswerCell } from './AnswerCell';
import styles from './AnswerTable.module.css';
import { CodeText } from './CodeText';
import { compareCells } from './compareCells';

interface TableRow {
  id: string;
  values: Value[];
}

interface TableColumn {
  id: string;
  index: number;
  title: string;
  atEnd: boolean;
}

/**
 * Draws the rows of an answer as a table that sorts, pages and, where it has more than one page, searches. Where it is
 * narrow, each row becomes a block of its own.
 */
export function AnswerTable(props: {
  title: string;
  answer: CardAnswer;
  pageSize: number;
}) {
  const { title, answer, pageSize } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);

  const columns = useMemo<TableColumn[]>(
    () =>
      answer.columns.map((column, index) => ({
        id: column.key,
        index,
        title: columnTitle(column, t),
        atEnd: column.align === 'end',
      })),
    [answer.columns, t],
  );
  const rows = useMemo<TableRow[]>(
    () => answer.rows.map((values, index) => ({ id: String(index), values })),
    [answer.rows],
  );

  const { tableProps, search } = useTable<TableRow>({
    mode: 'complete',
    data: rows,
    paginationOptions: {
      pageSize,
      pageSizeOptions: [],
      showPageSizeOptions: false,
      getLabel: ({ offset = 0, totalCount = 0 }) =>
        t('table.range', {
          from: String(Math.min(offset + 1, totalCount)),
          to: String(Math.min(offset + pageSize, totalCount)),
          total: String(totalCount),
        }),
    },
    sortFn: (data, sort) => sortRows(data, sort, columns),
    searchFn: (data, text) => data.filter(row => matches(row, text)),
  });
  const { data = [], pagination, sort } = tableProps;
  const hasPages = rows.length > pageSize;

  return (
    <div className={styles.container}>
      {hasPages && (
        <SearchField
          aria-label={t('table.search', { title })}
          className={styles.search}
          onChange={search.onChange}
          placeholder={t('table.searchPlaceholder')}
          size="small"
          value={search.value}
        />
      )}
      <div className={styles.scroll}>
        <TableRoot
          aria-label={title}
          onSortChange={sort?.onSortChange}
          sortDescriptor={sort?.descriptor ?? undefined}
        >
          <TableHeader columns={columns}>
            {column => (
              <Column
                allowsSorting
                className={clsx(column.atEnd && styles.headAtEnd)}
                id={column.id}
                isRowHeader={column.index === 0}
              >
                {column.title}
              </Column>
            )}
          </TableHeader>
          <TableBody
            dependencies={[columns]}
            items={data}
            renderEmptyState={() => (
              <Text as="p" className={styles.noMatch}>
                <CodeText>
                  {t('table.noMatch', { search: search.value })}
                </CodeText>
              </Text>
            )}
          >
            {row => (
              <Row columns={columns} id={row.id}>
                {column => (
                  <Cell
                    className={clsx(styles.cell, column.atEnd && styles.atEnd)}
                  >
                    <span aria-hidden="true" className={styles.label}>
                      {column.title}
                    </span>
                    <AnswerCell cell={row.values[column.index] ?? null} />
                  </Cell>
                )}
              </Row>
            )}
          </TableBody>
        </TableRoot>
      </div>
      {hasPages && pagination.type === 'page' && (
        <div aria-live="polite">
          <TablePagination {...pagination} />
        </div>
      )}
    </div>
  );
}

function sortRows(
  rows: TableRow[],
  sort: SortDescriptor,
  columns: TableColumn[],
): TableRow[] {
  const column = columns.find(({ id }) => id === sort.column);
  if (!column) {
    return rows;
  }
  return [...rows].sort((a, b) =>
    compareCells(
      a.values[column.index] ?? null,
      b.values[column.index] ?? null,
      sort.direction,
    ),
  );
}

function matches(row: TableRow, text: string): boolean {
  const wanted = text.trim().toLocaleLowerCase();
  return row.values.some(value =>
    searchText(value).toLocaleLowerCase().includes(wanted),
  );
}

function searchText(value: Value): string {
  if (value === null) {
    return '';
  }
  if (typeof value === 'string' || typeof value === 'number') {
    return String(value);
  }
  return 'url' in value
    ? `${value.text} ${value.detail ?? ''}`
    : `${value.ready ?? ''}/${value.desired ?? ''}`;
}
