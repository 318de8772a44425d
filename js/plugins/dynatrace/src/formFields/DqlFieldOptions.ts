import { DqlDialect } from '@grailstage/backstage-plugin-dynatrace-common';

/**
 * What a template says of a field for DQL.
 *
 * @public
 */
export interface DqlFieldOptions {
  /** How the text is read; a whole query where absent. */
  dialect?: DqlDialect;
}
