import { TemplateExample } from '@backstage/plugin-scaffolder-node';

/**
 * Examples of the action `dynatrace:telemetry:apply`.
 */
export const examples: TemplateExample[] = [
  {
    description:
      'Make a Python service on Alpine observable, and leave the plan beside it',
    example: `
steps:
  - id: telemetry
    name: Make it observable
    action: dynatrace:telemetry:apply
    input:
      service: orders-api
      language: python
      framework: fastapi
      baseImage: python:3.13-alpine
      orchestrator: kubernetes
      oneAgentMode: cloud-native-full-stack
      metricsPort: 8080
      manifests: [k8s]
      planFile: docs/telemetry.md
`,
  },
];
