import { TemplateExample } from '@backstage/plugin-scaffolder-node';

/**
 * Examples of the action `dynatrace:guardian:create`.
 */
export const examples: TemplateExample[] = [
  {
    description: 'Guard a web service on which much depends',
    example: `
steps:
  - id: guardian
    name: Create the guardian
    action: dynatrace:guardian:create
    input:
      environment: production
      name: payments production
      technology: web-service
      criticality: high
      workload:
        cluster: prod-eu
        namespace: webshop
        name: payments
      tags:
        service: payments
        stage: production
      thresholds:
        response-time:
          warning: 200
          target: 300
`,
  },
  {
    description: "Guard with an objective and an SLO of one's own",
    example: `
steps:
  - id: guardian
    name: Create the guardian
    action: dynatrace:guardian:create
    input:
      environment: production
      name: orders
      business: true
      objectives:
        - name: Orders in an hour
          query: 'fetch bizevents, from: -1h | summarize orders = count()'
          atLeast: true
          target: 10
          warning: 15
      slos:
        - name: Availability
          reference: func:slo.webshop_availability
          target: 99
          warning: 99.5
`,
  },
];
