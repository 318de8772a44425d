import { dynatraceCards } from '@grailstage/backstage-plugin-dynatrace-common';

type CardAnnotation =
  (typeof dynatraceCards)[keyof typeof dynatraceCards][number];

/** A value such as each annotation could have, made of the name of the entity. */
const examples: Record<CardAnnotation, (name: string) => string> = {
  'backstage.io/kubernetes-id': name => name,
  'backstage.io/kubernetes-label-selector': name =>
    `app.kubernetes.io/name=${name}`,
  'github.com/project-slug': name => `example/${name}`,
  'gitlab.com/project-slug': name => `example/${name}`,
  'bitbucket.org/project-slug': name => `example/${name}`,
  'dev.azure.com/project-repo': name => `example/${name}`,
  'argocd/app-name': name => `${name}-production`,
  'dynatrace.com/dynatrace-entity-id': () => 'SERVICE-1234567890ABCDEF',
  'dynatrace.com/guardian-tags': name => `service=${name}`,
  'dynatrace.com/slo-tags': name => `service=${name}`,
};

/**
 * A value such as an annotation could have.
 *
 * @param name - of the entity
 */
export function annotationExample(annotation: string, name: string): string {
  return isKnown(annotation) ? examples[annotation](name) : name;
}

function isKnown(annotation: string): annotation is CardAnnotation {
  return Object.hasOwn(examples, annotation);
}
