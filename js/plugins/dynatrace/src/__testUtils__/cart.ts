import { Entity } from '@backstage/catalog-model';

/** A component that runs on Kubernetes. */
export const cart: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'cart',
    namespace: 'default',
    annotations: {
      'backstage.io/kubernetes-label-selector':
        'app.kubernetes.io/name in (cart, cart-worker)',
      'backstage.io/kubernetes-namespace': 'webshop',
    },
  },
  spec: { type: 'service', owner: 'team-checkout', lifecycle: 'production' },
};
