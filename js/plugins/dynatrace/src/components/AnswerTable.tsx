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
  ToggleButton,
  useTable,
} from '@backstage/ui';
import { Table } from '@grailstage/backstage-plugin-dynatrace-common';
import { clsx } from 'clsx';
import { useCallback, useMemo, useState } from 'react';
import { useLanguage } from '../hooks/useLanguage';
import { formatNumber } from '../text/formatNumber';
import { translated } from '../text/translated';
import { dynatraceTranslationRef } from '../translation';
import { AnswerCell } from './AnswerCell';
import styles from './AnswerTable.module.css';
import { CodeText } from './CodeText';
import { DownloadButton } from './DownloadButton';
import { isLongValue } from './isLongValue';
import { searchRows } from './searchRows';
import { SectionHeader } from './SectionHeader';
import { sortRows } from './sortRows';
import { TableColumn } from './TableColumn';
import { TableRow } from './TableRow';

/**
 * Draws a table that sorts, pages and, where it has more than one page, searches. Columns for those who look closely wait
 * until they are asked for; one by which the rows are sorted stays. Where it is narrow, each row becomes a block of its own.
 */
export function AnswerTable(props: {
  title: string;
  /** Drawn above the table; absent where the title of the card says it. */
  heading?: string;
  table: Table;
  pageSize: number;
  /** Name of the file in which the table can be saved. */
  fileName: string;
  /** Whether times are drawn as they are, rather than how long ago they were. */
  exactTimes?: boolean;
}) {
  const { title, heading, table, pageSize, fileName, exactTimes } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const language = useLanguage();
  const number = (value: number) => formatNumber(value, undefined, language);

  const [showsAll, setShowsAll] = useState(false);
  const [sortedBy, setSortedBy] = useState<SortDescriptor>();
  const hasMore = table.columns.some(({ onRequest }) => onRequest);
  const columns = useMemo<TableColumn[]>(
    () =>
      table.columns
        .map((column, index) => ({
          id: column.key,
          index,
          title: translated('column', column.key, column.title, t),
          model: column,
        }))
        .filter(
          ({ id, model }) =>
            showsAll || !model.onRequest || id === sortedBy?.column,
        ),
    [table.columns, showsAll, sortedBy?.column, t],
  );
  const rows = useMemo<TableRow[]>(
    () => table.rows.map((values, index) => ({ id: String(index), values })),
    [table.rows],
  );

  const { tableProps, search } = useTable<TableRow>({
    mode: 'complete',
    data: rows,
    paginationOptions: {
      pageSize,
      pageSizeOptions: [],
      showPageSizeOptions: false,
      getLabel: ({ offset = 0, totalCount = 0 }) =>
        t('rows.range', {
          from: number(Math.min(offset + 1, totalCount)),
          to: number(Math.min(offset + pageSize, totalCount)),
          total: number(totalCount),
        }),
    },
    sort: sortedBy,
    onSortChange: setSortedBy,
    sortFn: useCallback(
      (data: TableRow[], sort: SortDescriptor) => {
        const column = columns.find(({ id }) => id === sort.column);
        return column
          ? sortRows(data, column, sort.direction, { t, language })
          : data;
      },
      [columns, t, language],
    ),
    searchFn: useCallback(
      (data: TableRow[], text: string) =>
        searchRows(data, text, columns, { t, language }, exactTimes),
      [columns, t, language, exactTimes],
    ),
  });
  const { data = [], pagination, sort } = tableProps;
  const hasPages = rows.length > pageSize;

  return (
    <div className={styles.container}>
      <SectionHeader heading={heading}>
        {(hasPages || search.value !== '') && (
          <SearchField
            aria-label={t('rows.search', { title })}
            className={styles.search}
            onChange={search.onChange}
            placeholder={t('rows.searchPlaceholder')}
            size="small"
            value={search.value}
          />
        )}
        {hasMore && (
          <ToggleButton
            aria-label={t('rows.allColumnsOf', { title })}
            isSelected={showsAll}
            onChange={setShowsAll}
            size="small"
          >
            {t('rows.allColumns')}
          </ToggleButton>
        )}
        <DownloadButton
          fileName={fileName}
          table={table}
          title={title}
          titleOf={({ key, title: english }) =>
            translated('column', key, english, t)
          }
        />
      </SectionHeader>
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
                className={clsx(isAtEnd(column) && styles.headAtEnd)}
                id={column.id}
                isRowHeader={column === columns[0]}
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
                  {t('rows.noMatch', { search: search.value })}
                </CodeText>
              </Text>
            )}
          >
            {row => (
              <Row columns={columns} id={row.id}>
                {column => (
                  <Cell
                    className={clsx(
                      styles.cell,
                      isAtEnd(column) && styles.atEnd,
                      isLongValue(row.values[column.index]) && styles.long,
                    )}
                  >
                    <span aria-hidden="true" className={styles.label}>
                      {column.title}
                    </span>
                    <AnswerCell
                      cell={row.values[column.index] ?? null}
                      exactTimes={exactTimes}
                      kind={column.model.kind}
                      unit={column.model.unit}
                    />
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

function isAtEnd({ model }: TableColumn): boolean {
  return model.align === 'end';
}
