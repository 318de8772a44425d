import { TemplateExample } from '@backstage/plugin-scaffolder-node';

/**
 * Examples of the action `dynatrace:release:gate`.
 */
export const examples: TemplateExample[] = [
  {
    description:
      'Stop a release of a component against which anything speaks that Dynatrace knows of it',
    example: `
steps:
  - id: gate
    name: Judge the release
    action: dynatrace:release:gate
    input:
      entity: component:default/cart
      version: 2.4.1
      stage: production
`,
  },
  {
    description:
      'Look at tests and open problems only, with bounds, and go on where no test has run',
    example: `
steps:
  - id: gate
    name: Judge the release
    action: dynatrace:release:gate
    input:
      environments: [production]
      annotations:
        github.com/project-slug: example/cart
        backstage.io/kubernetes-id: webshop.cart
      version: 2.4.1
      aspects:
        tests:
          failing: { warning: 0, fail: 2 }
          passRate: { warning: 99, fail: 95 }
        problems:
          fail: [error]
      missing: warning
      failOn: [fail]
`,
  },
];
