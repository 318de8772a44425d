/**
 * Annotation that names a component in Kubernetes: the value of the label `backstage.io/kubernetes-id` on its workloads.
 *
 * @public
 */
export const KUBERNETES_ID_ANNOTATION = 'backstage.io/kubernetes-id';

/**
 * Annotation that narrows a component to one Kubernetes namespace. Without it, all namespaces count. It selects nothing
 * by itself.
 *
 * @public
 */
export const KUBERNETES_NAMESPACE_ANNOTATION =
  'backstage.io/kubernetes-namespace';

/**
 * Annotation that selects the workloads of a component by a Kubernetes label selector, for example
 * `app.kubernetes.io/name=cart,stage in (production)`. It wins over {@link KUBERNETES_ID_ANNOTATION}.
 *
 * @public
 */
export const KUBERNETES_LABEL_SELECTOR_ANNOTATION =
  'backstage.io/kubernetes-label-selector';

/**
 * Annotation with the ids of a component's entities in Dynatrace, separated by commas, for example
 * `SERVICE-1234567890ABCDEF`.
 *
 * @public
 */
export const DYNATRACE_ENTITY_ID_ANNOTATION =
  'dynatrace.com/dynatrace-entity-id';

/**
 * Annotation with the tags that a Site Reliability Guardian must have to belong to a component, for example
 * `service=cart,stage=hardening,critical`. An empty value asks for all guardians.
 *
 * @public
 */
export const GUARDIAN_TAGS_ANNOTATION = 'dynatrace.com/guardian-tags';

/**
 * Annotation with the tags that a service-level objective must have to belong to a component, in the same form. An empty
 * value asks for all objectives.
 *
 * @public
 */
export const SLO_TAGS_ANNOTATION = 'dynatrace.com/slo-tags';
