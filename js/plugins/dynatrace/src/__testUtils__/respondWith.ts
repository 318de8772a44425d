import { mockApis } from '@backstage/frontend-test-utils';
import { DynatraceClient } from '../api';

/** What the backend answers: a status and a JSON body, or a failure of the network. */
export type BackendResponse =
  | { status?: number; body: unknown }
  | { text: string; status?: number; contentType?: string }
  | { failure: Error };

/**
 * The client, over a network on which the backend gives the responses in turn, and the last one again and again.
 */
export function respondWith(...responses: BackendResponse[]) {
  const requests: Array<{ url: URL; signal?: AbortSignal | null }> = [];
  const fetchApi = mockApis.fetch({
    baseImplementation: async (input, init) => {
      const next = responses[Math.min(requests.length, responses.length - 1)];
      requests.push({ url: new URL(String(input)), signal: init?.signal });
      init?.signal?.throwIfAborted();
      if ('failure' in next) {
        throw next.failure;
      }
      return 'text' in next
        ? new Response(next.text, {
            status: next.status ?? 200,
            headers: { 'content-type': next.contentType ?? 'text/html' },
          })
        : new Response(JSON.stringify(next.body), {
            status: next.status ?? 200,
            headers: { 'content-type': 'application/json; charset=utf-8' },
          });
    },
  });
  const api = DynatraceClient.create({
    discoveryApi: mockApis.discovery({ baseUrl: 'http://localhost:7007' }),
    fetchApi,
  });
  return { api, requests };
}

/**
 * The body of an error response, as the backend plugin writes it.
 */
export function errorBody(values: {
  status: number;
  name: string;
  message: string;
  code?: string;
  help?: string;
  environment?: string;
}): BackendResponse {
  const { status, name, message, ...rest } = values;
  return {
    status,
    body: {
      error: { name, message },
      request: { method: 'GET', url: '/v1/cards/kubernetes-deployments' },
      response: { statusCode: status },
      ...rest,
    },
  };
}
