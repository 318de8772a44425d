import assert from 'node:assert/strict';
import {
  type AutocompleteResponse,
  type AutocompleteSuggestion,
  type AutocompleteSuggestionPart,
  type BucketContribution,
  type Contributions,
  type DQLAlternativeNode,
  type DQLContainerNode,
  type DQLNode,
  DQLNodeNodeType,
  type DQLTerminalNode,
  type ErrorEnvelope,
  type ErrorResponse,
  type ErrorResponseDetails,
  type ErrorResponseDetailsConstraintViolationsItem,
  type FieldType,
  FieldTypeType,
  type GrailMetadata,
  type Metadata,
  type MetadataNotification,
  type MetricMetadata,
  type PositionInfo,
  type QueryPollResponse,
  type QueryResult,
  type QueryStartResponse,
  QueryState,
  type RangedFieldTypes,
  type Timeframe,
  type TokenPosition,
  TokenType,
  type VerifyResponse,
} from '@dynatrace-sdk/client-query';

/** Fails when a value is not what the type of the client promises; `path` names it. */
export type Promised = (value: unknown, path: string) => void;

type MandatoryKeys<T> = {
  [K in keyof T]-?: undefined extends T[K] ? never : K;
}[keyof T];
type OptionalKeys<T> = Exclude<keyof T, MandatoryKeys<T>>;

/**
 * An object of the client's type `T`. The compiler demands a check for every field of `T` and refuses others; at run
 * time a mandatory field has to be there, and a field that `T` does not know is taken for a misspelt one.
 */
function object<T extends object>(
  mandatory: Record<MandatoryKeys<T>, Promised>,
  optional: Record<OptionalKeys<T>, Promised>,
): Promised {
  const checks = new Map<string, Promised>([
    ...Object.entries<Promised>(mandatory),
    ...Object.entries<Promised>(optional),
  ]);
  return (value, path) => {
    assert.ok(
      isObject(value),
      `${path} is no object: ${JSON.stringify(value)}`,
    );
    for (const name of Object.keys(mandatory)) {
      assert.ok(value[name] !== undefined, `${path}.${name} is missing`);
    }
    for (const [name, field] of Object.entries(value)) {
      const check = checks.get(name);
      assert.ok(check, `${path}.${name} is no field of the type`);
      check(field, `${path}.${name}`);
    }
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const of =
  (type: 'string' | 'boolean'): Promised =>
  (value, path) =>
    assert.equal(typeof value, type, path);
const text = of('string');
const flag = of('boolean');

const number: Promised = (value, path) =>
  assert.ok(Number.isFinite(value), `${path} is no number: ${value}`);

const list =
  (element: Promised): Promised =>
  (value, path) => {
    assert.ok(Array.isArray(value), `${path} is no array`);
    value.forEach((member, index) => element(member, `${path}[${index}]`));
  };

const date: Promised = (value, path) =>
  assert.ok(
    value instanceof Date && !Number.isNaN(value.getTime()),
    `${path} is no date: ${value}`,
  );

const oneOf =
  (words: readonly string[]): Promised =>
  (value, path) =>
    assert.ok(
      words.some(word => word === value),
      `${path}: ${value}`,
    );

const anything: Promised = () => {};

const positionInfo = object<PositionInfo>(
  { column: number, index: number, line: number },
  {},
);

const tokenPosition = object<TokenPosition>(
  { end: positionInfo, start: positionInfo },
  {},
);

const timeframe = object<Timeframe>({}, { end: date, start: date });

const notification = object<MetadataNotification>(
  {},
  {
    arguments: list(text),
    message: text,
    messageFormat: text,
    messageFormatSpecifierTypes: list(text),
    notificationType: text,
    severity: text,
    syntaxPosition: tokenPosition,
  },
);

const bucket = object<BucketContribution>(
  {},
  {
    matchedRecordsRatio: number,
    name: text,
    scannedBytes: number,
    table: text,
  },
);

const grail = object<GrailMetadata>(
  {},
  {
    analysisTimeframe: timeframe,
    canonicalQuery: text,
    contributions: object<Contributions>({}, { buckets: list(bucket) }),
    dqlVersion: text,
    executionTimeMilliseconds: number,
    locale: text,
    notifications: list(notification),
    query: text,
    queryId: text,
    sampled: flag,
    scannedBytes: number,
    scannedDataPoints: number,
    scannedRecords: number,
    timezone: text,
  },
);

const metric = object<MetricMetadata>(
  {},
  {
    aggregation: text,
    description: text,
    displayName: text,
    fieldName: text,
    'metric.key': text,
    rate: text,
    rollup: text,
    scalar: flag,
    shifted: flag,
    unit: text,
  },
);

const fieldType = object<FieldType>(
  { type: oneOf(Object.values(FieldTypeType)) },
  { types: (value, path) => list(rangedFieldTypes)(value, path) },
);

const rangedFieldTypes = object<RangedFieldTypes>(
  {
    mappings: (value, path) => {
      assert.ok(isObject(value), path);
      for (const [name, type] of Object.entries(value)) {
        fieldType(type, `${path}.${name}`);
      }
    },
  },
  { indexRange: list(number) },
);

const record: Promised = (value, path) => assert.ok(isObject(value), path);

const result = object<QueryResult>(
  {
    metadata: object<Metadata>({}, { grail, metrics: list(metric) }),
    records: list(record),
    types: list(rangedFieldTypes),
  },
  {},
);

const state = oneOf(Object.values(QueryState));

export const queryStartResponse = object<QueryStartResponse>(
  { state },
  { progress: number, requestToken: text, result, ttlSeconds: number },
);

export const queryPollResponse = object<QueryPollResponse>(
  { state },
  { progress: number, result, ttlSeconds: number },
);

export const verifyResponse = object<VerifyResponse>(
  { valid: flag },
  { canonicalQuery: text, notifications: list(notification) },
);

const tokenType = oneOf(Object.values(TokenType));

export const autocompleteResponse = object<AutocompleteResponse>(
  {
    optional: flag,
    suggestions: list(
      object<AutocompleteSuggestion>(
        {
          alreadyTypedCharacters: number,
          parts: list(
            object<AutocompleteSuggestionPart>(
              { suggestion: text, type: tokenType },
              { info: text, synopsis: text },
            ),
          ),
          suggestion: text,
        },
        {},
      ),
    ),
  },
  { suggestedTtlSeconds: number },
);

/** The client has no values for them: the compiler compares the keys with its type. */
const containerTypes: Record<DQLContainerNode['type'], true> = {
  QUERY: true,
  EXECUTION_BLOCK: true,
  COMMAND: true,
  COMMAND_SEPARATOR: true,
  PARAMETER_WITH_KEY: true,
  GROUP: true,
  PARAMETERS: true,
  PARAMETER_NAMING: true,
  PARAMETER_ASSIGNMENT: true,
  PARAMETER_SEPARATOR: true,
  FUNCTION: true,
  FUNCTION_PART: true,
  EXPRESSION: true,
  IDENTIFIER: true,
  SOURCE_ID: true,
  DURATION: true,
  TIMESTAMP: true,
  TIMEFRAME: true,
  TRAVERSAL_PATH: true,
  TRAVERSAL_STEP: true,
};

const nodeType = oneOf(Object.values(DQLNodeNodeType));

const terminalNode = object<DQLTerminalNode>(
  {
    canonicalString: text,
    isMandatoryOnUserOrder: flag,
    isOptional: flag,
    nodeType,
    type: tokenType,
  },
  { tokenPosition },
);

const containerNode = object<DQLContainerNode>(
  {
    children: (value, path) => list(dqlNode)(value, path),
    isOptional: flag,
    nodeType,
    type: oneOf(Object.keys(containerTypes)),
  },
  { tokenPosition },
);

const alternativeNode = object<DQLAlternativeNode>(
  {
    alternatives: (value, path) => {
      assert.ok(isObject(value), path);
      for (const [name, node] of Object.entries(value)) {
        dqlNode(node, `${path}.${name}`);
      }
    },
    isOptional: flag,
    nodeType,
  },
  { tokenPosition },
);

const nodes: Record<DQLNode['nodeType'], Promised> = {
  TERMINAL: terminalNode,
  CONTAINER: containerNode,
  ALTERNATIVE: alternativeNode,
};

export const dqlNode: Promised = (value, path) => {
  assert.ok(isObject(value), path);
  nodeType(value.nodeType, `${path}.nodeType`);
  const check = Object.entries(nodes).find(([name]) => name === value.nodeType);
  check?.[1](value, path);
};

const constraintViolation =
  object<ErrorResponseDetailsConstraintViolationsItem>(
    { message: text },
    { parameterDescriptor: text, parameterLocation: text },
  );

const errorDetails = object<ErrorResponseDetails>(
  {},
  {
    arguments: list(text),
    constraintViolations: list(constraintViolation),
    errorMessage: text,
    errorMessageFormat: text,
    errorMessageFormatSpecifierTypes: list(text),
    errorType: text,
    exceptionType: text,
    missingPermissions: list(text),
    missingScopes: list(text),
    queryId: text,
    queryString: text,
    syntaxErrorPosition: tokenPosition,
  },
);

export const errorEnvelope = object<ErrorEnvelope>(
  {
    error: object<ErrorResponse>(
      { code: number, message: text },
      { details: errorDetails, retryAfterSeconds: number },
    ),
  },
  {},
);

/** An error that the client throws for an answer of the gateway, whose details are its own. */
export const gatewayError: Promised = (value, path) => {
  assert.ok(isObject(value), path);
  object<ErrorResponse>(
    { code: number, message: text },
    { details: anything, retryAfterSeconds: number },
  )(value.error, `${path}.error`);
};
