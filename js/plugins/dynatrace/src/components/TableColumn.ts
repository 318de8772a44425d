import { Column } from '@grailstage/backstage-plugin-dynatrace-common';

/**
 * A column as a table draws it.
 */
export interface TableColumn {
  id: string;
  /** Where its cells are in a row. */
  index: number;
  /** In the language of the reader. */
  title: string;
  model: Column;
}
