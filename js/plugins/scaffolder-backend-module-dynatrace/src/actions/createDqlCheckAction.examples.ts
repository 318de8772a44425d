import { TemplateExample } from '@backstage/plugin-scaffolder-node';

/**
 * Examples of the action `dynatrace:dql:check`.
 */
export const examples: TemplateExample[] = [
  {
    description: 'Fail the template when a query has a mistake',
    example: `
steps:
  - id: check
    name: Check the query
    action: dynatrace:dql:check
    input:
      query: fetch logs | filter loglevel == "ERROR" | summarize count()
`,
  },
  {
    description:
      'Report mistakes and habits that cost, and go on, in a part of a pipeline',
    example: `
steps:
  - id: check
    name: Check the filter
    action: dynatrace:dql:check
    input:
      query: filter lower(loglevel) == "error"
      dialect: snippet
      lints: true
      failOnError: false
`,
  },
];
