import { isError } from '@backstage/errors';
import { DiscoveryApi, FetchApi } from '@backstage/frontend-plugin-api';
import {
  CardAnswer,
  CatalogQueriesAnswer,
  EntityQueryAnswer,
} from '@grailstage/backstage-plugin-dynatrace-common';
import {
  CardAnswerRequest,
  DynatraceApi,
  EntityQueriesRequest,
} from './DynatraceApi';
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

  /** {@inheritDoc DynatraceApi.getCustomQueryAnswer} */
  async getCustomQueryAnswer(
    request: EntityQueriesRequest & { query: string },
    options?: { signal?: AbortSignal },
  ): Promise<EntityQueryAnswer> {
    return this.ask(
      `queries/custom/${encodeURIComponent(request.query)}`,
      request,
      isEntityQueryAnswer,
      options,
    );
  }

  /** {@inheritDoc DynatraceApi.getCatalogQueryAnswers} */
  async getCatalogQueryAnswers(
    request: EntityQueriesRequest,
    options?: { signal?: AbortSignal },
  ): Promise<CatalogQueriesAnswer> {
    return this.ask(
      'queries/catalog',
      request,
      isCatalogQueriesAnswer,
      options,
    );
  }

  private async ask<T>(
    path: string,
    request: EntityQueriesRequest,
    isAnswer: (body: unknown) => body is T,
    options?: { signal?: AbortSignal },
  ): Promise<T> {
    const baseUrl = await this.discoveryApi.getBaseUrl('dynatrace');
    const query = queryOf(request);
    if (request.refresh) {
      query.set('refresh', 'true');
    }
    const response = await this.fetch(
      `${baseUrl}/v1/${path}?${query}`,
      options?.signal,
    );
    if (!response.ok) {
      throw await DynatraceRequestError.fromResponse(response);
    }
    const body = await readJson(response);
    if (!isAnswer(body)) {
      throw unexpectedResponse(response);
    }
    return body;
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

function queryOf(request: Omit<CardAnswerRequest, 'card'>): URLSearchParams {
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

function isEntityQueryAnswer(body: unknown): body is EntityQueryAnswer {
  return (
    typeof body === 'object' &&
    body !== null &&
    'id' in body &&
    typeof body.id === 'string' &&
    (('answer' in body && isCardAnswer(body.answer)) || 'refusal' in body)
  );
}

function isCatalogQueriesAnswer(body: unknown): body is CatalogQueriesAnswer {
  return (
    typeof body === 'object' &&
    body !== null &&
    'queries' in body &&
    Array.isArray(body.queries) &&
    body.queries.every(isEntityQueryAnswer)
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
