// Generated from crates/insights by `cargo xtask build`. Change the Rust registry instead.

/**
 * The annotations that make each card apply to a component; any one of them will do.
 *
 * @public
 */
export const dynatraceCards = {
  'team': [
  ],
  'kubernetes-deployments': [
    'backstage.io/kubernetes-id',
    'backstage.io/kubernetes-label-selector',
  ],
  'releases': [
    'backstage.io/kubernetes-id',
    'backstage.io/kubernetes-label-selector',
    'dynatrace.com/dynatrace-entity-id',
    'github.com/project-slug',
    'gitlab.com/project-slug',
    'bitbucket.org/project-slug',
    'dev.azure.com/project-repo',
    'argocd/app-name',
  ],
  'test-results': [
    'github.com/project-slug',
    'gitlab.com/project-slug',
    'bitbucket.org/project-slug',
    'dev.azure.com/project-repo',
    'argocd/app-name',
  ],
  'release-validations': [
    'dynatrace.com/guardian-tags',
  ],
  'pipelines': [
    'github.com/project-slug',
    'gitlab.com/project-slug',
    'bitbucket.org/project-slug',
    'dev.azure.com/project-repo',
    'argocd/app-name',
  ],
  'dora': [
    'github.com/project-slug',
    'gitlab.com/project-slug',
    'bitbucket.org/project-slug',
    'dev.azure.com/project-repo',
    'argocd/app-name',
  ],
  'problems': [
    'backstage.io/kubernetes-id',
    'backstage.io/kubernetes-label-selector',
    'dynatrace.com/dynatrace-entity-id',
  ],
  'slos': [
    'dynatrace.com/slo-tags',
  ],
  'vulnerabilities': [
    'backstage.io/kubernetes-id',
    'backstage.io/kubernetes-label-selector',
    'dynatrace.com/dynatrace-entity-id',
  ],
  'telemetry-coverage': [
    'backstage.io/kubernetes-id',
    'backstage.io/kubernetes-label-selector',
  ],
  'ownership': [
    'backstage.io/kubernetes-id',
    'backstage.io/kubernetes-label-selector',
    'dynatrace.com/dynatrace-entity-id',
  ],
  'management-zones': [
    'backstage.io/kubernetes-id',
    'backstage.io/kubernetes-label-selector',
    'dynatrace.com/dynatrace-entity-id',
  ],
} as const;
