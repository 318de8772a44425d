import { TemplateExample } from '@backstage/plugin-scaffolder-node';

/**
 * Examples of the action `dynatrace:team:register`.
 */
export const examples: TemplateExample[] = [
  {
    description: 'Register a group of the catalog as an ownership team',
    example: `
steps:
  - id: team
    name: Register the team
    action: dynatrace:team:register
    input:
      group: group:default/team-a
      environment: production
`,
  },
];
