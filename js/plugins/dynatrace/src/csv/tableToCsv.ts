import { TranslationFunction } from '@backstage/frontend-plugin-api';
import { Column, Table } from '@grailstage/backstage-plugin-dynatrace-common';
import { dynatraceTranslationRef } from '../translation';
import { csvColumns } from './csvColumns';
import { csvField } from './csvField';

/** Tells spreadsheets that the file is UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * All rows of a table as a CSV file (RFC 4180, UTF-8 with byte order mark): numbers without formatting, times in ISO 8601,
 * links with their URL, and nothing where a value is not known.
 *
 * @param titleOf - the title of a column in the language of the reader
 */
export function tableToCsv(
  table: Pick<Table, 'columns' | 'rows'>,
  titleOf: (column: Column) => string,
  t: TranslationFunction<typeof dynatraceTranslationRef.T>,
): string {
  const fields = table.columns.flatMap((column, index) =>
    csvColumns(column, titleOf(column), t).map(field => ({ ...field, index })),
  );
  const lines = [
    fields.map(({ title }) => csvField(title)),
    ...table.rows.map(row =>
      fields.map(({ value, index }) => csvField(value(row[index] ?? null))),
    ),
  ];
  return BYTE_ORDER_MARK + lines.map(line => `${line.join(',')}\r\n`).join('');
}
