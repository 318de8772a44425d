import { CardAnswer } from '@grailstage/backstage-plugin-dynatrace-common';

/**
 * Whether an environment answered at all.
 */
export function isOfEnvironments({ state }: CardAnswer): boolean {
  return ['ready', 'empty', 'partial'].includes(state);
}
