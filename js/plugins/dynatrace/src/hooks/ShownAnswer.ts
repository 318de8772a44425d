import { CardAnswer } from '@grailstage/backstage-plugin-dynatrace-common';

/**
 * The answer of a card or query that is drawn.
 */
export interface ShownAnswer {
  answer: CardAnswer;
  /** What the last request brought where no environment answered, and `answer` is from before. */
  failure?: CardAnswer;
}
