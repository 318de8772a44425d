import {
  CardAnswer,
  EntityQueryAnswer,
} from '@grailstage/backstage-plugin-dynatrace-common';

/**
 * What is drawn of a query that people wrote.
 */
export interface ShownQuery extends EntityQueryAnswer {
  /** What the last request brought where no environment answered, and `answer` is from before. */
  failure?: CardAnswer;
}
