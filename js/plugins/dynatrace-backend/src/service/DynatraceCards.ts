import { DynatraceClient } from '@grailstage/core';

/**
 * Answers cards and queries, lists guardians and says how the environments fare; the part of the client that the router
 * needs.
 */
export type DynatraceCards = Pick<
  DynatraceClient,
  | 'card'
  | 'catalogQueries'
  | 'close'
  | 'customQuery'
  | 'health'
  | 'listGuardians'
>;
