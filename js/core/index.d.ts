import type {
  AskedCatalogQuery,
  CardRequest,
  CatalogQueriesRequest,
  CustomQueryRequest,
  DqlCheckOptions,
  DqlOptions,
  DqlReport,
  ErrorPayload,
  ErrorSpan,
  Observation,
  OwnershipSyncRequest,
  OwnershipTeamsRequest,
  QueryRequest,
} from './pkg/payloads';
import type {
  DqlInspection,
  DqlInspectionRequest,
  EventSendRequest,
  GuardianCreateRequest,
  GuardianListRequest,
  OwnerMetadataRequest,
  ReleaseGateRequest,
  ReleaseMetadataRequest,
  TelemetryPlan,
  TelemetryPlanRequest,
  ValidationStartRequest,
  ValidationWaitRequest,
  WorkloadMetadata,
  ZoneOnboardingRequest,
} from './pkg/scaffoldPayloads';

export * from './pkg/payloads';
export * from './pkg/scaffoldPayloads';

/** What a {@link DynatraceClient} is made from. */
export interface ClientOptions {
  /** The value of the `dynatrace` key of the configuration, or `undefined` where there is none. */
  config: unknown;
  /** Keeps answers for a while; without one they are shared only among those who ask at the same time. */
  store?: AnswerStore;
  /** Hears of every call and every query: names, codes and numbers, never a query, a value or a secret. */
  onObservation?: (observation: Observation) => void;
}

/**
 * Where answers are kept, for all processes that share it. It may fail or hang: that costs a moment, not an answer.
 */
export interface AnswerStore {
  /** The value under a key, or `undefined`. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Keeps a value for so many milliseconds. */
  set(key: string, value: Uint8Array, ttlMillis: number): Promise<void>;
  /** Claims a key for so many milliseconds at most; `false` where another process holds it. */
  claim(key: string, ttlMillis: number): Promise<boolean>;
  /** Gives a claimed key back. */
  release(key: string): Promise<void>;
}

/** The answers of the queries of an entity, and what an audit is told of them. */
export interface CatalogQueriesOutcome {
  /** The JSON of a `CatalogQueriesAnswer`. */
  answer: Uint8Array;
  /** Every query that went to an environment or was answered in its place; without its text. */
  asked: AskedCatalogQuery[];
}

/** How to wait for an answer. */
export interface RequestOptions {
  /** Ends the request, here and in Dynatrace. */
  signal?: AbortSignal;
}

/**
 * Dynatrace environments, ready to be asked.
 *
 * Answers are UTF-8 JSON, to be passed on as they are: parsing them is left to whoever needs the values.
 * All methods throw {@link GrailstageError}.
 */
export declare class DynatraceClient {
  private constructor();

  /**
   * A client of the configured environments. An environment that cannot be used does not stop the others:
   * see {@link DynatraceClient.configurationIssues}.
   */
  static create(options: ClientOptions): DynatraceClient;

  /** What is wrong with the configuration: environments that cannot be used, mistakes in queries and the policy. */
  configurationIssues(): ErrorPayload[];

  /** How all environments fare: the JSON of a `HealthAnswer`. Asks each of them, at no cost; ends within 20 s. */
  health(): Promise<Uint8Array>;

  /** The answer of a card for an entity: the JSON of a `CardAnswer`. */
  card(request: CardRequest, options?: RequestOptions): Promise<Uint8Array>;

  /** The answer of a DQL query: the JSON of a `QueryAnswer`. */
  query(request: QueryRequest, options?: RequestOptions): Promise<Uint8Array>;

  /** The answer of a query of `dynatrace.queries` for an entity: the JSON of an `EntityQueryAnswer`. */
  customQuery(
    request: CustomQueryRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array>;

  /** The answers of the queries in `metadata.dynatrace.queries` of an entity, held to `dynatrace.policy`. */
  catalogQueries(
    request: CatalogQueriesRequest,
    options?: RequestOptions,
  ): Promise<CatalogQueriesOutcome>;

  /** The ownership teams of the environments as groups of the catalog: the JSON of an `OwnershipTeamsAnswer`. */
  ownershipTeams(
    request: OwnershipTeamsRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array>;

  /**
   * Brings groups of the catalog to the environments as ownership teams, or with `dryRun` tells what that would
   * do: the JSON of an `OwnershipSyncAnswer`. Teams that were not created from this catalog are never touched.
   */
  writeOwnershipTeams(
    request: OwnershipSyncRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array>;

  /** Sends an event once, or with `dryRun` tells what would be sent: the JSON of an `EventSendAnswer`. */
  sendEvent(
    request: EventSendRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array>;

  /** Makes a Site Reliability Guardian or brings it up to date: the JSON of a `GuardianCreateAnswer`. */
  createGuardian(
    request: GuardianCreateRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array>;

  /** The Site Reliability Guardians of an environment by name: the JSON of a `GuardianList`. */
  listGuardians(
    request: GuardianListRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array>;

  /** Asks a Site Reliability Guardian to validate, once: the JSON of a `ValidationStart`. */
  startValidation(
    request: ValidationStartRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array>;

  /** Waits for the verdict, looking at most once in 5 s: the JSON of a `ValidationVerdict`. */
  awaitValidation(
    request: ValidationWaitRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array>;

  /** Judges a release by tests, validations, vulnerabilities and problems: the JSON of a `ReleaseGate`. */
  gateRelease(
    request: ReleaseGateRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array>;

  /** A management zone and what goes with it: UTF-8 JSON of a `ZoneOnboarding`. */
  onboardZone(
    request: ZoneOnboardingRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array>;

  /** Gives up the memory of the client. Using it again afterwards connects anew. */
  close(): void;
}

/** An error with a code that programs can act on and, where someone can act, a way out. */
export declare class GrailstageError extends Error {
  constructor(payload: ErrorPayload, options?: { cause?: unknown });
  /** For machines; stable. */
  readonly code: string;
  /** What can be done about it. */
  readonly help?: string;
  /** The HTTP status that fits. */
  readonly status: number;
  /** Which environment it concerns. */
  readonly environment?: string;
  /** Which part of the input it concerns, in bytes of its UTF-8 text. */
  readonly span?: ErrorSpan;
  /** The error as plain data. */
  toJSON(): ErrorPayload;
}

/** Loads the module. Needed once in browsers, before anything else; elsewhere it does nothing. */
export declare function init(): Promise<void>;

/** The version of the module. */
export declare function version(): string;

/** The ids of the cards the module knows. */
export declare function cards(): string[];

/**
 * The mistakes in DQL: syntax, names, parameters, types and, with `lints`, habits that cost. A wrong query is an
 * answer; {@link GrailstageError} is thrown for wrong options only.
 */
export declare function checkDql(
  text: string,
  options?: DqlCheckOptions,
): DqlReport;

/** DQL laid out anew, in `formatted`. Text that cannot be read has `diagnostics` instead. */
export declare function formatDql(
  text: string,
  options?: DqlOptions,
): DqlReport;

/**
 * What a query reads and yields, in `analysis`: tables, permissions, times, rows, columns. An invalid query has
 * `diagnostics` instead. Nanoseconds are JavaScript numbers: exact to 2^53, beyond that to a millionth of a second.
 */
export declare function explainDql(
  text: string,
  options?: DqlOptions,
): DqlReport;

/** What there is to say about a query before anybody runs it: its findings, the tables it reads, the scopes it takes. */
export declare function inspectDql(
  request: DqlInspectionRequest,
): DqlInspection;

/** How the logs, metrics and traces of a service get into Dynatrace, why, and what its repository needs for that. */
export declare function planTelemetry(
  request: TelemetryPlanRequest,
): TelemetryPlan;

/** The label or annotation that names the owner of a workload. */
export declare function ownerMetadata(
  request: OwnerMetadataRequest,
): WorkloadMetadata;

/** The labels that name the release of a workload. */
export declare function releaseMetadata(
  request: ReleaseMetadataRequest,
): WorkloadMetadata;
