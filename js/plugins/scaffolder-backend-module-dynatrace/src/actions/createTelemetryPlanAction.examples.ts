import { TemplateExample } from '@backstage/plugin-scaffolder-node';

/**
 * Examples of the action `dynatrace:telemetry:plan`.
 */
export const examples: TemplateExample[] = [
  {
    description: 'Plan for a Python service on Alpine',
    example: `
steps:
  - id: telemetry
    name: Plan the telemetry
    action: dynatrace:telemetry:plan
    input:
      service: orders-api
      language: python
      framework: fastapi
      baseImage: python:3.13-alpine
      orchestrator: kubernetes
      oneAgentMode: cloud-native-full-stack
      metricsPort: 8080
`,
  },
  {
    description: 'Plan for a Go service without OneAgent, through a collector',
    example: `
steps:
  - id: telemetry
    name: Plan the telemetry
    action: dynatrace:telemetry:plan
    input:
      service: prices
      language: go
      libc: static
      orchestrator: kubernetes
      oneAgentMode: none
      collector: true
`,
  },
];
