import {
  CardAnswer,
  DqlInspection,
  DqlInspectionRequest,
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
