import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ButtonIcon } from '@backstage/ui';
import { Column, Table } from '@grailstage/backstage-plugin-dynatrace-common';
import { saveFile } from '../csv/saveFile';
import { tableToCsv } from '../csv/tableToCsv';
import { dynatraceTranslationRef } from '../translation';
import { ActionIcon } from './ActionIcon';

/**
 * Saves all rows of a table as CSV.
 */
export function DownloadButton(props: {
  /** What the rows are. */
  title: string;
  fileName: string;
  table: Pick<Table, 'columns' | 'rows'>;
  /** The title of a column in the language of the reader. */
  titleOf: (column: Column) => string;
}) {
  const { title, fileName, table, titleOf } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  return (
    <ButtonIcon
      aria-label={t('rows.download', { title })}
      icon={<ActionIcon path="M8 2v8.5M4.5 7.5 8 11l3.5-3.5M2.5 13.5h11" />}
      onPress={() =>
        saveFile(
          fileName,
          tableToCsv(table, titleOf, t),
          'text/csv;charset=utf-8',
        )
      }
      size="small"
      variant="tertiary"
    />
  );
}
