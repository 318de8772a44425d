import { Cell } from '@grailstage/backstage-plugin-dynatrace-common';

/**
 * A row as a table draws it.
 */
export interface TableRow {
  id: string;
  /** In the order of the columns of the answer. */
  values: Cell[];
}
