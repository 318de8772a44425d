import { cellText } from './cellText';
import { Reader } from './Reader';
import { TableColumn } from './TableColumn';
import { TableRow } from './TableRow';

/**
 * The rows in which one of these columns shows a text, in whatever case.
 *
 * @param columns - those that are drawn
 * @param exactTimes - whether times are drawn as they are
 */
export function searchRows(
  rows: TableRow[],
  text: string,
  columns: TableColumn[],
  reader: Reader,
  exactTimes?: boolean,
): TableRow[] {
  const wanted = text.trim().toLocaleLowerCase(reader.language);
  return rows.filter(({ values }) =>
    columns.some(({ index, model }) =>
      cellText(values[index] ?? null, model, reader, exactTimes)
        .toLocaleLowerCase(reader.language)
        .includes(wanted),
    ),
  );
}
