import { mockServices } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { JsonObject } from '@backstage/types';
import { DynatraceEnvironments } from '../service/DynatraceEnvironments';
import { DynatraceWrites } from '../service/DynatraceWrites';

/**
 * What the module hands to its actions, connected to one environment.
 */
export function connectSandbox(
  environment: JsonObject,
  options: {
    /** More of the `dynatrace` configuration, first of all `writes` */
    dynatrace: JsonObject;
    /** What the policy says to every permission; it allows where absent */
    decision?: AuthorizeResult.ALLOW | AuthorizeResult.DENY;
  },
) {
  const { dynatrace, decision = AuthorizeResult.ALLOW } = options;
  const config = mockServices.rootConfig({
    data: {
      app: { baseUrl: 'https://portal.example' },
      dynatrace: { environments: [environment], ...dynatrace },
    },
  });
  return {
    config,
    environments: DynatraceEnvironments.fromConfig(config),
    writes: new DynatraceWrites({
      auditor: mockServices.auditor.mock({
        createEvent: async () => ({ success: jest.fn(), fail: jest.fn() }),
      }),
      config,
      permissions: mockServices.permissions.mock({
        authorize: async () => [{ result: decision }],
      }),
    }),
  };
}
