import { CardAnswer } from '@grailstage/backstage-plugin-dynatrace-common';

/**
 * When Dynatrace said what an answer shows, in milliseconds since the epoch: what the backend had stored is older than the
 * answer. Of several environments, the oldest counts.
 */
export function timeOf(answer: CardAnswer): number {
  const ages = answer.environments.map(({ ageMillis }) => ageMillis);
  return Date.parse(answer.askedAt) - Math.max(0, ...ages);
}
