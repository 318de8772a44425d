import { isError } from '@backstage/errors';
import { DiscoveryApi, FetchApi } from '@backstage/frontend-plugin-api';
import {
  CardAnswer,
  CatalogQueriesAnswer,
  DqlInspection,
  DqlInspectionRequest,
  EntityQueryAnswer,
  GuardianList,
  GuardianListRequest,
  HealthAnswer,
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
    return this.askRoute(
      `/v1/cards/${encodeURIComponent(request.card)}?${queryOf(request)}`,
      isCardAnswer,
      options,
    );
  }

  /** {@inheritDoc DynatraceApi.getCustomQueryAnswer} */
  async getCustomQueryAnswer(
    request: EntityQueriesRequest & { query: string },
    options?: { signal?: AbortSignal },
  ): Promise<EntityQueryAnswer> {
    return this.askRoute(
      `/v1/queries/custom/${encodeURIComponent(request.query)}?${queryOf(request)}`,
      isEntityQueryAnswer,
      options,
    );
  }

  /** {@inheritDoc DynatraceApi.getCatalogQueryAnswers} */
  async getCatalogQueryAnswers(
    request: EntityQueriesRequest & { refreshOnly?: string },
    options?: { signal?: AbortSignal },
  ): Promise<CatalogQueriesAnswer> {
    const query = queryOf(request);
    if (request.refreshOnly) {
      query.set('refreshOnly', request.refreshOnly);
    }
    return this.askRoute(
      `/v1/queries/catalog?${query}`,
      isCatalogQueriesAnswer,
      options,
    );
  }

  /** {@inheritDoc DynatraceApi.getEnvironmentNames} */
  async getEnvironmentNames(options?: {
    signal?: AbortSignal;
  }): Promise<string[]> {
    const health = await this.askForm<HealthAnswer>(
      '/v1/health',
      'environments',
      options,
    );
    return health.environments.map(({ name }) => name);
  }

  /** {@inheritDoc DynatraceApi.getGuardians} */
  async getGuardians(
    request: GuardianListRequest,
    options?: { signal?: AbortSignal },
  ): Promise<GuardianList> {
    const query = new URLSearchParams(
      request.environment ? { environment: request.environment } : {},
    );
    return this.askForm(`/v1/guardians?${query}`, 'guardians', options);
  }

  /** {@inheritDoc DynatraceApi.checkDql} */
  async checkDql(
    request: DqlInspectionRequest,
    options?: { signal?: AbortSignal },
  ): Promise<DqlInspection> {
    return this.askForm('/v1/dql/check', 'findings', options, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
  }

  /** Asks a route whose answer is an object with a list under that key. */
  private async askForm<T>(
    route: string,
    list: keyof T,
    options?: { signal?: AbortSignal },
    init?: RequestInit,
  ): Promise<T> {
    return this.askRoute(
      route,
      (body): body is T => hasList<T>(body, list),
      options,
      init,
    );
  }

  private async askRoute<T>(
    route: string,
    isAnswer: (body: unknown) => body is T,
    options?: { signal?: AbortSignal },
    init?: RequestInit,
  ): Promise<T> {
    const baseUrl = await this.discoveryApi.getBaseUrl('dynatrace');
    const response = await this.fetch(baseUrl + route, options?.signal, init);
    if (!response.ok) {
      throw await DynatraceRequestError.fromResponse(response);
    }
    const body = await readJson(response);
    if (!isAnswer(body)) {
      throw unexpectedResponse(response);
    }
    return body;
  }

  private async fetch(
    url: string,
    signal?: AbortSignal,
    init?: RequestInit,
  ): Promise<Response> {
    try {
      return await this.fetchApi.fetch(url, { ...init, signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw new DynatraceRequestError(
        { code: 'network', message: 'the Backstage backend cannot be reached' },
        error,
      );
    }
  }
}

function queryOf(request: EntityQueriesRequest): URLSearchParams {
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

function hasList<T>(body: unknown, list: keyof T): body is T {
  return (
    typeof body === 'object' &&
    body !== null &&
    Array.isArray(Reflect.get(body, list))
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
      message: `the Dynatrace backend answered something that is no answer (\`${contentType}\`)`,
    },
    cause,
  );
}
