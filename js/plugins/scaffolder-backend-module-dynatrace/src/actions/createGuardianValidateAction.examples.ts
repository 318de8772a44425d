import { TemplateExample } from '@backstage/plugin-scaffolder-node';

/**
 * Examples of the action `dynatrace:guardian:validate`.
 */
export const examples: TemplateExample[] = [
  {
    description: 'Stop a release that the guardian does not let through',
    example: `
steps:
  - id: validate
    name: Validate the release
    action: dynatrace:guardian:validate
    input:
      environment: production
      guardian: cart production
      version: 2.4.1
`,
  },
  {
    description:
      'Validate a given time, go on after a warning only, and wait five minutes at most',
    example: `
steps:
  - id: validate
    name: Validate the load test
    action: dynatrace:guardian:validate
    input:
      environment: production
      guardian: cart production
      from: '2026-01-31T12:00:00Z'
      to: '2026-01-31T12:30:00Z'
      timeoutSeconds: 300
      failOn: [fail, error, info, timeout]
`,
  },
];
