import { CardAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
import { isOfEnvironments } from './isOfEnvironments';
import { ShownAnswer } from './ShownAnswer';

/**
 * What is shown of an answer: where no environment answered any more, the one before, and why there is no newer one.
 */
export function keepAnswered(
  answer: CardAnswer,
  before?: CardAnswer,
): ShownAnswer {
  return answer.state === 'failed' && before && isOfEnvironments(before)
    ? { answer: before, failure: answer }
    : { answer };
}
