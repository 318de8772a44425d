import { mockApis } from '@backstage/frontend-test-utils';
import {
  DqlInspection,
  DqlInspectionRequest,
  ListedGuardian,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { DynatraceClient } from '../api';

/**
 * The client, over a network on which the backend answers what form fields ask, and refuses what it is given nothing for.
 */
export function formBackend(answers: {
  environments?: string[];
  /** By environment; under the empty name without one */
  guardians?: Record<string, ListedGuardian[]>;
  check?: (request: DqlInspectionRequest) => DqlInspection;
}) {
  const checked: DqlInspectionRequest[] = [];
  const answer = (url: URL, init?: RequestInit): unknown => {
    switch (url.pathname) {
      case '/api/dynatrace/v1/health':
        return (
          answers.environments && {
            environments: answers.environments.map(name => ({ name })),
          }
        );
      case '/api/dynatrace/v1/guardians': {
        const environment = url.searchParams.get('environment') ?? '';
        const guardians = answers.guardians?.[environment];
        return guardians && { environment, guardians };
      }
      case '/api/dynatrace/v1/dql/check': {
        const request: DqlInspectionRequest = JSON.parse(String(init?.body));
        checked.push(request);
        return answers.check?.(request);
      }
      default:
        return undefined;
    }
  };
  const fetchApi = mockApis.fetch({
    baseImplementation: async (input, init) => {
      init?.signal?.throwIfAborted();
      const url = new URL(String(input));
      const body = answer(url, init);
      return body
        ? Response.json(body)
        : Response.json(
            {
              error: {
                name: 'NotAllowedError',
                message: `the permission for ${url.pathname} is not granted`,
              },
              request: { method: 'GET', url: url.pathname },
              response: { statusCode: 403 },
            },
            { status: 403 },
          );
    },
  });
  const api = DynatraceClient.create({
    discoveryApi: mockApis.discovery({ baseUrl: 'http://localhost:7007' }),
    fetchApi,
  });
  return { api, checked };
}
