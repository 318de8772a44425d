/**
 * Card with the Kubernetes workloads of a component.
 *
 * @public
 */
export const KUBERNETES_DEPLOYMENTS_CARD = 'kubernetes-deployments';

/**
 * Ids of the cards, as they stand in the path of the backend's card route.
 *
 * @public
 */
export type DynatraceCardId = typeof KUBERNETES_DEPLOYMENTS_CARD;

const cardIdsByQueryId = new Map<string, DynatraceCardId>([
  ['dynatrace.kubernetes-deployments', KUBERNETES_DEPLOYMENTS_CARD],
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
  return cardIdsByQueryId.get(queryId);
}
