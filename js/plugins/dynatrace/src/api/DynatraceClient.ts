import { isError } from '@backstage/errors';
import { DiscoveryApi, FetchApi } from '@backstage/frontend-plugin-api';
import { CardAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
import { CardAnswerRequest, DynatraceApi } from './DynatraceApi';
import { DynatraceRequestError } from './DynatraceRequestError';

/**
 * Asks the Dynatrace backend plugin.
 *
 * @public
 */
export class DynatraceClient implements DynatraceApi {
  private readonly discoveryApi: DiscoveryApi;
  private readonly fetchApi: FetchApi;

  /**
   * Creates a client.
   *
   * @param options - where the backend is, and how to reach it with the user's identity
   */
  static create(options: {
    discoveryApi: DiscoveryApi;
    fetchApi: FetchApi;
  }): DynatraceClient {
    return new DynatraceClient(options);
  }

  private constructor(options: {
    discoveryApi: DiscoveryApi;
    fetchApi: FetchApi;
  }) {
    this.discoveryApi = options.discoveryApi;
    this.fetchApi = options.fetchApi;
  }

  /** {@inheritDoc DynatraceApi.getCardAnswer} */
  async getCardAnswer(
    request: CardAnswerRequest,
    options?: { signal?: AbortSignal },
  ): Promise<CardAnswer> {
    const baseUrl = await this.discoveryApi.getBaseUrl('dynatrace');
    const url = `${baseUrl}/v1/cards/${encodeURIComponent(request.card)}?${queryOf(request)}`;
    const response = await this.fetch(url, options?.signal);
    if (!response.ok) {
      throw await DynatraceRequestError.fromResponse(response);
    }
    return readAnswer(response);
  }

  private async fetch(url: string, signal?: AbortSignal): Promise<Response> {
    try {
      return await this.fetchApi.fetch(url, { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw new DynatraceRequestError(
        { code: 'network', message: 'the Backstage backend cannot be reached' },
        error,
      );
    }
  }
}

function queryOf(request: CardAnswerRequest): URLSearchParams {
  const query = new URLSearchParams({ entityRef: request.entityRef });
  if (request.from) {
    query.set('from', request.from);
  }
  if (request.to) {
    query.set('to', request.to);
  }
  for (const environment of request.environments ?? []) {
    query.append('environment', environment);
  }
  if (request.refresh) {
    query.set('refresh', 'true');
  }
  return query;
}

async function readAnswer(response: Response): Promise<CardAnswer> {
  const body = await readJson(response);
  if (!isCardAnswer(body)) {
    throw unexpectedResponse(response);
  }
  return body;
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (isError(error) && error.name === 'SyntaxError') {
      throw unexpectedResponse(response, error);
    }
    throw error;
  }
}

/** A proxy in between may answer 200 with a page of its own, and a backend of another version with another model. */
function isCardAnswer(body: unknown): body is CardAnswer {
  return (
    typeof body === 'object' &&
    body !== null &&
    'state' in body &&
    typeof body.state === 'string' &&
    ['facts', 'sections', 'notes', 'environments'].every(key =>
      Array.isArray(Reflect.get(body, key)),
    )
  );
}

function unexpectedResponse(
  response: Response,
  cause?: unknown,
): DynatraceRequestError {
  const contentType = response.headers.get('content-type') ?? 'no content type';
  return new DynatraceRequestError(
    {
      code: 'unexpected-response',
      status: response.status,
      message: `the Dynatrace backend answered something that is no card (\`${contentType}\`)`,
    },
    cause,
  );
}
