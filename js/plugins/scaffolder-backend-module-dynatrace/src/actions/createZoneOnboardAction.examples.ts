import { TemplateExample } from '@backstage/plugin-scaffolder-node';

/**
 * Examples of the action `dynatrace:zone:onboard`.
 */
export const examples: TemplateExample[] = [
  {
    description:
      'Make a zone for the namespace of a team, and write the requests for access',
    example: `
steps:
  - id: zone
    name: Onboard the zone
    action: dynatrace:zone:onboard
    input:
      environment: production
      zone: 'Team: returns'
      namespaces: [returns]
      group: returns-developers
      reason: The team runs its service itself
`,
  },
];
