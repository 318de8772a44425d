import { createComponentExtension } from '@backstage/core-plugin-api';
import { dynatracePlugin } from './dynatracePlugin';

/**
 * Card with the Kubernetes workloads of an entity, for the legacy frontend system.
 *
 * @public
 */
export const EntityKubernetesDeploymentsCard = dynatracePlugin.provide(
  createComponentExtension({
    name: 'EntityKubernetesDeploymentsCard',
    component: {
      lazy: () =>
        import('../cards/KubernetesDeploymentsCard').then(
          module => module.KubernetesDeploymentsCard,
        ),
    },
  }),
);
