import { DynatraceClient } from '@grailstage/core';

/**
 * Answers cards; the part of the client that the router needs.
 */
export type DynatraceCards = Pick<DynatraceClient, 'card' | 'close'>;
