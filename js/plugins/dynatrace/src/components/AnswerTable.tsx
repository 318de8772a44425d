import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ButtonIcon,
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
import {
  Cell as Value,
  Column as TableColumnModel,
  Table,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { clsx } from 'clsx';
import { useMemo, useState } from 'react';
import { saveFile } from '../csv/saveFile';
import { tableToCsv } from '../csv/tableToCsv';
import { translated } from '../text/translated';
import { dynatraceTranslationRef } from '../translation';
import { AnswerCell } from './AnswerCell';
import styles from './AnswerTable.module.css';
import { CodeText } from './CodeText';
import { compareCells } from './compareCells';

/** In characters: what fits beside others where a row is a block. */
const LONGEST_SHORT_TEXT = 32;

interface TableRow {
  id: string;
  values: Value[];
}

interface TableColumn {
  id: string;
  index: number;
  title: string;
  atEnd: boolean;
  model: TableColumnModel;
}

/**
 * Draws a table that sorts, pages and, where it has more than one page, searches. Columns for those who look closely wait
 * until they are asked for. Where it is narrow, each row becomes a block of its own.
 */
export function AnswerTable(props: {
  title: string;
  /** Drawn above the table; absent where the title of the card says it. */
  heading?: string;
  table: Table;
  pageSize: number;
  /** Name of the file in which the table can be saved. */
  fileName: string;
}) {
  const { title, heading, table, pageSize, fileName } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);

  const [showsAll, setShowsAll] = useState(false);
  const hasMore = table.columns.some(({ onRequest }) => onRequest);
  const columns = useMemo<TableColumn[]>(
    () =>
      table.columns
        .map((column, index) => ({
          id: column.key,
          index,
          title: translated('column', column.key, column.title, t),
          atEnd: column.align === 'end',
          model: column,
        }))
        .filter(({ model }) => showsAll || !model.onRequest),
    [table.columns, showsAll, t],
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
      <div className={styles.toolbar}>
        {heading && (
          <Text as="h3" variant="body-medium" weight="bold">
            {heading}
          </Text>
        )}
        <div className={styles.tools}>
          {hasPages && (
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
          <ButtonIcon
            aria-label={t('rows.download', { title })}
            icon={<DownloadIcon />}
            onPress={() =>
              saveFile(
                fileName,
                tableToCsv(table, ({ key, title: english }) =>
                  translated('column', key, english, t),
                ),
                'text/csv;charset=utf-8',
              )
            }
            size="small"
            variant="tertiary"
          />
        </div>
      </div>
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
                      column.atEnd && styles.atEnd,
                      isLong(row.values[column.index]) && styles.long,
                    )}
                  >
                    <span aria-hidden="true" className={styles.label}>
                      {column.title}
                    </span>
                    <AnswerCell
                      cell={row.values[column.index] ?? null}
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

function DownloadIcon() {
  return (
    <svg
      aria-hidden="true"
      className={styles.icon}
      focusable="false"
      viewBox="0 0 16 16"
    >
      <path d="M8 2v8.5M4.5 7.5 8 11l3.5-3.5M2.5 13.5h11" />
    </svg>
  );
}

/** Whether a value is read like a sentence, for which a third of a narrow card is too little. */
function isLong(value?: Value): boolean {
  if (typeof value === 'string') {
    return value.length > LONGEST_SHORT_TEXT;
  }
  if (value === null || value === undefined || typeof value === 'number') {
    return false;
  }
  if (Array.isArray(value)) {
    return value.length > 2 || value.some(isLong);
  }
  if ('record' in value) {
    return true;
  }
  return (
    ('text' in value && isLong(value.text)) ||
    ('detail' in value && isLong(value.detail))
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
  if (Array.isArray(value)) {
    return value.map(searchText).join(' ');
  }
  if ('url' in value) {
    return `${value.text} ${value.detail ?? ''}`;
  }
  if ('label' in value) {
    return `${value.label} ${value.detail ?? ''}`;
  }
  if ('desired' in value) {
    return `${value.ready ?? ''}/${value.desired ?? ''}`;
  }
  return 'record' in value ? JSON.stringify(value.record) : '';
}
