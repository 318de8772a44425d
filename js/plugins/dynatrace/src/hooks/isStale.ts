import { CardAnswer } from '@grailstage/backstage-plugin-dynatrace-common';

/**
 * Whether the backend answered with what it had stored, and is renewing it.
 */
export function isStale(answer: CardAnswer): boolean {
  return answer.environments.some(({ cache }) => cache === 'stale');
}
