import { TemplateExample } from '@backstage/plugin-scaffolder-node';

/**
 * Examples of the action `dynatrace:release:annotate`.
 */
export const examples: TemplateExample[] = [
  {
    description: 'Say in all manifests of the workspace which release they are',
    example: `
steps:
  - id: release
    name: Name the release
    action: dynatrace:release:annotate
    input:
      version: 1.4.2
      stage: production
      product: webshop
`,
  },
  {
    description:
      'Name the version in the values of a chart that labels pods elsewhere than most',
    example: `
steps:
  - id: release
    name: Name the release
    action: dynatrace:release:annotate
    input:
      paths: [chart/values.yaml]
      version: 1.4.2
      helmPaths: [server.podLabels]
`,
  },
];
