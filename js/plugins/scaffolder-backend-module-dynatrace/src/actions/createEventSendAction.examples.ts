import { TemplateExample } from '@backstage/plugin-scaffolder-node';

/**
 * Examples of the action `dynatrace:event:send`.
 */
export const examples: TemplateExample[] = [
  {
    description: 'Tell of a deployment',
    example: `
steps:
  - id: deployed
    name: Tell Dynatrace of the deployment
    action: dynatrace:event:send
    input:
      environment: production
      type: deployment
      name: deploy
      repositoryUrl: https://github.com/example/cart
      version: 2.4.1
      deployment:
        name: cart
        namespace: webshop
        stage: production
      startedAt: '2026-01-31T12:00:00Z'
      endedAt: '2026-01-31T12:02:00Z'
`,
  },
  {
    description: 'Report the results of the tests, case by case',
    example: `
steps:
  - id: tested
    name: Report the test results
    action: dynatrace:event:send
    input:
      environment: production
      type: test
      name: integration tests
      repositoryUrl: https://github.com/example/cart
      revision: 1f3a5c7e
      pipeline:
        runId: '4711'
        runUrl: https://ci.example.com/runs/4711
      results:
        - reports/
`,
  },
  {
    description: 'Tell of the run of a pipeline, of its build and of a release',
    example: `
steps:
  - id: run
    name: Tell of the run
    action: dynatrace:event:send
    input:
      environment: production
      type: run
      outcome: success
      repositoryUrl: https://github.com/example/cart
      branch: main
      pipeline:
        name: CI
        runId: '4711'
`,
  },
  {
    description: 'Tell of a merged change',
    example: `
steps:
  - id: merged
    name: Tell of the change
    action: dynatrace:event:send
    input:
      environment: production
      type: change
      repositoryUrl: https://github.com/example/cart
      change:
        id: '42'
        title: Faster checkout
        url: https://github.com/example/cart/pull/42
`,
  },
  {
    description: 'Send a business event with fields of its own',
    example: `
steps:
  - id: created
    name: Tell that a service was created
    action: dynatrace:event:send
    input:
      environment: production
      destination: business
      type: service.created
      attributes:
        service.name: cart
        service.tier: 1
`,
  },
];
