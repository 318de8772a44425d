import { TemplateExample } from '@backstage/plugin-scaffolder-node';

/**
 * Examples of the action `dynatrace:dql:query`.
 */
export const examples: TemplateExample[] = [
  {
    description: 'List the Kubernetes clusters of the only environment',
    example: `
steps:
  - id: clusters
    name: Find the clusters
    action: dynatrace:dql:query
    input:
      query: smartscapeNodes "K8S_CLUSTER" | fields name
`,
  },
  {
    description: 'Count the errors of an hour in a chosen environment',
    example: `
steps:
  - id: errors
    name: Count the errors
    action: dynatrace:dql:query
    input:
      environment: production
      query: |
        fetch logs
        | filter loglevel == "ERROR"
        | summarize count(), by: { k8s.namespace.name }
      from: '2026-01-31T12:00:00Z'
      to: '2026-01-31T13:00:00Z'
      maxRecords: 50
`,
  },
];
