import {
  isKubernetesDeploymentsAvailable,
  KUBERNETES_DEPLOYMENTS_CARD,
  KUBERNETES_ID_ANNOTATION,
  KUBERNETES_LABEL_SELECTOR_ANNOTATION,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { CardDefinition } from './CardDefinition';

/**
 * All cards, in the order in which the Dynatrace tab shows them.
 */
export const cardDefinitions: CardDefinition[] = [
  {
    id: KUBERNETES_DEPLOYMENTS_CARD,
    queryId: 'dynatrace.kubernetes-deployments',
    annotations: [
      KUBERNETES_ID_ANNOTATION,
      KUBERNETES_LABEL_SELECTOR_ANNOTATION,
    ],
    isAvailable: isKubernetesDeploymentsAvailable,
    filter: {
      $any: [
        {
          [`metadata.annotations.${KUBERNETES_ID_ANNOTATION}`]: {
            $exists: true,
          },
        },
        {
          [`metadata.annotations.${KUBERNETES_LABEL_SELECTOR_ANNOTATION}`]: {
            $exists: true,
          },
        },
      ],
    },
    load: () =>
      import('./KubernetesDeploymentsCard').then(
        module => module.KubernetesDeploymentsCard,
      ),
  },
];
