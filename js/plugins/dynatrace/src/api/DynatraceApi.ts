import {
  CardAnswer,
  CatalogQueriesAnswer,
  DqlInspection,
  DqlInspectionRequest,
  EntityQueryAnswer,
  GuardianList,
  GuardianListRequest,
} from '@grailstage/backstage-plugin-dynatrace-common';

/**
 * Which card, of which entity, over which time.
 *
 * @public
 */
export interface CardAnswerRequest {
  /** Id of the card, for example `kubernetes-deployments`. */
  card: string;
  /** Full reference of the entity, for example `component:default/cart`. */
  entityRef: string;
  /** Start of the timeframe, in ISO 8601. Cards about the present ignore it. */
  from?: string;
  /** End of the timeframe, in ISO 8601. */
  to?: string;
  /** Names of the environments to ask; all where absent. */
  environments?: string[];
  /** Whether to ask Dynatrace anew, whatever is stored. */
  refresh?: boolean;
}

/**
 * Queries of which entity, over which time.
 *
 * @public
 */
export interface EntityQueriesRequest {
  /** Full reference of the entity, for example `component:default/cart`. */
  entityRef: string;
  /** Start of the timeframe of queries that name none, in ISO 8601. */
  from?: string;
  /** End of that timeframe, in ISO 8601. */
  to?: string;
  /** Names of the environments to ask; all of a query where absent. */
  environments?: string[];
  /** Whether what the backend keeps is passed over. */
  refresh?: boolean;
}

/**
 * What the cards know of Dynatrace.
 *
 * @public
 */
export interface DynatraceApi {
  /**
   * Asks for the answer of one card for one entity.
   *
   * @param request - the card and what it is about
   * @param options - a signal that gives up the request
   * @returns the answer; an environment that failed is a note in it
   * @throws DynatraceRequestError when there is no answer at all
   */
  getCardAnswer(
    request: CardAnswerRequest,
    options?: { signal?: AbortSignal },
  ): Promise<CardAnswer>;

  /**
   * Asks a query of the configuration for one entity.
   *
   * @param request - id of the query without `custom.`, and what it is about
   * @param options - a signal that gives up the request
   * @returns the answer, or in it why the query was not asked
   * @throws DynatraceRequestError when there is no answer at all, for example because there is no such query
   */
  getCustomQueryAnswer(
    request: EntityQueriesRequest & { query: string },
    options?: { signal?: AbortSignal },
  ): Promise<EntityQueryAnswer>;

  /**
   * Asks the queries in `metadata.dynatrace.queries` of one entity.
   *
   * @param request - what it is about; `refreshOnly` is the id of the one query that `refresh` is for, all where absent
   * @param options - a signal that gives up the request
   * @returns an answer for each query, in the order of the entity
   * @throws DynatraceRequestError when there is no answer at all
   */
  getCatalogQueryAnswers(
    request: EntityQueriesRequest & { refreshOnly?: string },
    options?: { signal?: AbortSignal },
  ): Promise<CatalogQueriesAnswer>;

  /**
   * Asks for the names of the configured environments, also of those that cannot be used.
   *
   * @param options - a signal that gives up the request
   * @throws DynatraceRequestError when there is no answer at all
   */
  getEnvironmentNames(options?: { signal?: AbortSignal }): Promise<string[]>;

  /**
   * Asks for the Site Reliability Guardians of an environment.
   *
   * @param request - the environment; may be left out where only one is configured
   * @param options - a signal that gives up the request
   * @throws DynatraceRequestError when there is no answer at all
   */
  getGuardians(
    request: GuardianListRequest,
    options?: { signal?: AbortSignal },
  ): Promise<GuardianList>;

  /**
   * Has the backend look for mistakes in a query. Nobody asks the query.
   *
   * @param request - the query and how it is to be read
   * @param options - a signal that gives up the request
   * @returns what was found; a wrong query is an answer, too
   * @throws DynatraceRequestError when there is no answer at all
   */
  checkDql(
    request: DqlInspectionRequest,
    options?: { signal?: AbortSignal },
  ): Promise<DqlInspection>;
}
