import { Entity } from '@backstage/catalog-model';
import {
  KUBERNETES_ID_ANNOTATION,
  KUBERNETES_LABEL_SELECTOR_ANNOTATION,
} from './annotations';

/**
 * Says whether an entity carries an annotation that selects Kubernetes workloads.
 *
 * @public
 */
export function isKubernetesDeploymentsAvailable(entity: Entity): boolean {
  return [KUBERNETES_ID_ANNOTATION, KUBERNETES_LABEL_SELECTOR_ANNOTATION].some(
    annotation => entity.metadata.annotations?.[annotation]?.trim(),
  );
}

/**
 * Says whether at least one Dynatrace card has something to show for an entity.
 *
 * @public
 */
export function isDynatraceAvailable(entity: Entity): boolean {
  return isKubernetesDeploymentsAvailable(entity);
}
