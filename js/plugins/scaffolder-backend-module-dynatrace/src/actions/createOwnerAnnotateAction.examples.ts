import { TemplateExample } from '@backstage/plugin-scaffolder-node';

/**
 * Examples of the action `dynatrace:owner:annotate`.
 */
export const examples: TemplateExample[] = [
  {
    description: 'Name the group that owns a new service in all its manifests',
    example: `
steps:
  - id: owner
    name: Name the owner
    action: dynatrace:owner:annotate
    input:
      owner: group:default/team-a
`,
  },
  {
    description:
      'Name a second team, for security, by an annotation of one file',
    example: `
steps:
  - id: owner
    name: Name the owner
    action: dynatrace:owner:annotate
    input:
      owner: security-team
      key: dt.owner-security
      as: annotation
      paths: [k8s/deployment.yaml]
`,
  },
];
