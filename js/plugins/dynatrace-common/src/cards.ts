import { dynatraceCards } from './dynatraceCards';

/**
 * Ids of the cards, as they stand in the path of the backend's card route.
 *
 * @public
 */
export type DynatraceCardId = keyof typeof dynatraceCards;

const PREFIX = 'dynatrace.';

/** What `@dynatrace/backstage-plugin-dql` calls otherwise than the card that answers it. */
const PEER_QUERIES = new Map<string, DynatraceCardId>([
  ['dynatrace.srg-validations', 'release-validations'],
]);

/**
 * Finds the card that answers a `queryId` of `@dynatrace/backstage-plugin-dql`.
 *
 * @param queryId - query id with its namespace, for example `dynatrace.kubernetes-deployments`
 * @returns the id of the card, or `undefined` for a query that is no card
 *
 * @public
 */
export function cardIdForQueryId(queryId: string): DynatraceCardId | undefined {
  const renamed = PEER_QUERIES.get(queryId);
  if (renamed) {
    return renamed;
  }
  const name = queryId.slice(PREFIX.length);
  return queryId.startsWith(PREFIX) && isCardId(name) ? name : undefined;
}

function isCardId(name: string): name is DynatraceCardId {
  return Object.hasOwn(dynatraceCards, name);
}
