import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  type DQLAlternativeNode,
  type DQLContainerNode,
  type DQLNode,
  type DQLTerminalNode,
  QueryAssistanceClient,
  QueryExecutionClient,
  type QueryPollResponse,
  type QueryResult,
  type QueryStartResponse,
  type ResultRecord,
  isClientRequestError,
  isErrorEnvelopeError,
} from '@dynatrace-sdk/client-query';
import {
  autocompleteResponse,
  dqlNode,
  errorEnvelope,
  gatewayError,
  queryPollResponse,
  queryStartResponse,
  verifyResponse,
} from './promises.js';
import { Sandbox } from './Sandbox.js';

const program =
  process.env.GRAILSTAGE ?? join(__dirname, '../../../target/debug/grailstage');

const three = `data record(name = "cart", pods = 3, load = 0.5),
  record(name = "checkout", pods = 2, load = 1.0),
  record(name = "search", tags = array("a", "b"))`;

let sandbox: Sandbox;
let execution: QueryExecutionClient;
let assistance: QueryAssistanceClient;

before(async () => {
  sandbox = await Sandbox.start(program);
  execution = new QueryExecutionClient(sandbox.httpClient());
  assistance = new QueryAssistanceClient(sandbox.httpClient());
});

after(() => sandbox?.stop());

async function execute(
  body: Parameters<QueryExecutionClient['queryExecute']>[0]['body'],
): Promise<QueryStartResponse> {
  const response = await execution.queryExecute({ body });
  queryStartResponse(response, 'response');
  return response;
}

async function result(query: string): Promise<QueryResult> {
  const response = await execute({ query, requestTimeoutMilliseconds: 60_000 });
  assert.equal(response.state, 'SUCCEEDED');
  assert.ok(response.result);
  return response.result;
}

/** Starts a query that is still running when its token comes back. */
async function start(query: string, millis: number): Promise<string> {
  await sandbox.delayNextQuery(millis);
  const response = await execute({ query, requestTimeoutMilliseconds: 1 });
  assert.equal(response.state, 'RUNNING');
  assert.equal(response.result, undefined);
  assert.ok(response.requestToken);
  assert.ok(response.ttlSeconds !== undefined && response.ttlSeconds > 0);
  return response.requestToken;
}

async function poll(requestToken: string): Promise<QueryPollResponse> {
  const response = await execution.queryPoll({
    requestToken,
    requestTimeoutMilliseconds: 60_000,
  });
  queryPollResponse(response, 'response');
  return response;
}

async function refusal(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  return assert.fail('the call succeeded');
}

function names(records: (ResultRecord | null)[]) {
  return records.map(record => record?.name);
}

describe('QueryExecutionClient', () => {
  it('gets the result in the answer when it is ready in time', async () => {
    const { records, types, metadata } = await result(three);
    assert.deepEqual(records[0], { name: 'cart', pods: '3', load: 0.5 });
    assert.deepEqual(names(records), ['cart', 'checkout', 'search']);
    const ranges = types.map(type => type.indexRange);
    assert.deepEqual([ranges[0]?.[0], ranges.at(-1)?.[1]], [0, 2]);
    assert.equal(types[0]?.mappings.pods?.type, 'long');
    assert.equal(types[0]?.mappings.load?.type, 'double');
    assert.equal(metadata.grail?.query, three);
    assert.deepEqual(metadata.grail?.notifications, []);
    const { start: from, end: to } = metadata.grail?.analysisTimeframe ?? {};
    assert.ok(
      from && to && to.getTime() - from.getTime() === 2 * 60 * 60 * 1000,
    );
  });

  it('gets the types of what is inside arrays', async () => {
    const { types } = await result(`${three} | filter isNotNull(tags)`);
    const tags = types[0]?.mappings.tags;
    assert.equal(tags?.type, 'array');
    assert.equal(tags?.types?.[0]?.mappings.element?.type, 'string');
  });

  it('gets dates where a series has its timeframe', async () => {
    const { records } = await result(
      'timeseries cpu = avg(dt.kubernetes.container.cpu_usage), from: -1h, interval: 10m',
    );
    const series = records[0]?.timeframe;
    assert.ok(series && typeof series === 'object' && 'start' in series);
    assert.ok(series.start instanceof Date);
    assert.ok(Array.isArray(records[0]?.cpu));
  });

  it('is told of what was cut off', async () => {
    const response = await execute({
      query: three,
      requestTimeoutMilliseconds: 60_000,
      maxResultRecords: 1,
      includeContributions: true,
    });
    assert.deepEqual(names(response.result?.records ?? []), ['cart']);
    const [notification] = response.result?.metadata.grail?.notifications ?? [];
    assert.equal(notification?.notificationType, 'API_RECORDS_LIMIT_ADDED');
    assert.ok(response.result?.metadata.grail?.contributions?.buckets);
  });

  it('polls with the token of a query that takes longer, once', async () => {
    const token = await start(three, 200);
    const polled = await poll(token);
    assert.equal(polled.state, 'SUCCEEDED');
    assert.equal(polled.progress, 100);
    assert.deepEqual(names(polled.result?.records ?? []), [
      'cart',
      'checkout',
      'search',
    ]);
    const error = await refusal(poll(token));
    assert.ok(isClientRequestError(error));
    assert.equal(error.response.status, 410);
    errorEnvelope(error.body, 'body');
  });

  it('gets a token at once without a timeout', async () => {
    const response = await execute({ query: three });
    assert.ok(response.requestToken);
    assert.equal((await poll(response.requestToken)).state, 'SUCCEEDED');
  });

  it('hears of a query that runs how far it is', async () => {
    const requestToken = await start(three, 3_600_000);
    const response = await execution.queryPoll({ requestToken });
    queryPollResponse(response, 'response');
    assert.equal(response.state, 'RUNNING');
    assert.ok(response.progress !== undefined && response.progress < 100);
    await execution.queryCancel({ requestToken });
  });

  it('cancels a query that runs', async () => {
    const requestToken = await start(three, 3_600_000);
    assert.equal(await execution.queryCancel({ requestToken }), undefined);
    const polled = await poll(requestToken);
    assert.equal(polled.state, 'CANCELLED');
    assert.equal(polled.result, undefined);
  });

  it('gets the result of a query that is over when it is cancelled', async () => {
    const { requestToken } = await execute({ query: three });
    assert.ok(requestToken);
    const response = await execution.queryCancel({ requestToken });
    queryPollResponse(response, 'response');
    assert.equal(response?.state, 'SUCCEEDED');
    assert.equal(response.result?.records.length, 3);
  });

  it('is told where a query is wrong', async () => {
    const query = 'fetch logs\n| limt 5';
    const error = await refusal(execute({ query }));
    assert.ok(isErrorEnvelopeError(error));
    errorEnvelope(error.body, 'body');
    const { code, message, details } = error.body.error;
    assert.deepEqual([code, message], [400, 'UNKNOWN_COMMAND']);
    assert.equal(details?.errorType, 'UNKNOWN_COMMAND');
    assert.equal(details.queryString, query);
    assert.deepEqual(details.arguments, ['limt']);
    assert.deepEqual(details.syntaxErrorPosition, {
      start: { line: 2, column: 3, index: 13 },
      end: { line: 2, column: 6, index: 16 },
    });
    assert.match(error.message, /limt/);
  });

  it('is told which scope its token lacks', async () => {
    const token = await sandbox.tokenFor(['storage:buckets:read']);
    const limited = new QueryExecutionClient(sandbox.httpClient(token));
    const body = { query: 'fetch logs', requestTimeoutMilliseconds: 60_000 };
    const error = await refusal(limited.queryExecute({ body }));
    assert.ok(isClientRequestError(error));
    assert.equal(error.response.status, 403);
    errorEnvelope(error.body, 'body');
    assert.deepEqual(error.body.error.details?.missingScopes, [
      'storage:logs:read',
    ]);
  });

  it('is told that its token is wrong', async () => {
    const stranger = new QueryExecutionClient(sandbox.httpClient('nobody'));
    const error = await refusal(
      stranger.queryExecute({ body: { query: three } }),
    );
    assert.ok(isClientRequestError(error));
    assert.equal(error.response.status, 401);
    gatewayError(error.body, 'body');
  });
});

/** The canonical form: what the terminals add up to. */
function canonical(node: DQLNode): string {
  if (isTerminal(node)) {
    return node.canonicalString;
  }
  return isContainer(node) ? node.children.map(canonical).join('') : '';
}

function isTerminal(node: DQLNode): node is DQLTerminalNode {
  return node.nodeType === 'TERMINAL';
}

function isContainer(node: DQLNode): node is DQLContainerNode {
  return node.nodeType === 'CONTAINER';
}

function isAlternative(node: DQLNode): node is DQLAlternativeNode {
  return node.nodeType === 'ALTERNATIVE';
}

function descendants(node: DQLNode): DQLNode[] {
  const children = isContainer(node) ? node.children : [];
  return [node, ...children.flatMap(descendants)];
}

describe('QueryAssistanceClient', () => {
  it('verifies a query and gets its canonical form', async () => {
    const response = await assistance.queryVerify({
      body: { query: 'fetch logs|limit 3', generateCanonicalQuery: true },
    });
    verifyResponse(response, 'response');
    assert.equal(response.valid, true);
    assert.equal(response.canonicalQuery, 'fetch logs\n| limit 3');
  });

  it('is told what is wrong with a query, without an error', async () => {
    const response = await assistance.queryVerify({
      body: { query: 'fetch logs | filter (a == 1' },
    });
    verifyResponse(response, 'response');
    assert.equal(response.valid, false);
    const [notification] = response.notifications ?? [];
    assert.equal(notification?.severity, 'ERROR');
    assert.equal(notification.syntaxPosition?.start.column, 21);
  });

  it('completes commands, tables, fields, functions and parameters', async () => {
    const cases: [string, string, string][] = [
      ['fet', 'fetch ', 'COMMAND_NAME'],
      ['fetch lo', 'logs', 'DATA_OBJECT'],
      ['fetch logs, fr', 'from:', 'PARAMETER_KEY'],
      ['fetch logs | filter logle', 'loglevel', 'SIMPLE_IDENTIFIER'],
      ['fetch logs | filter startsW', 'startsWith(', 'FUNCTION_NAME'],
      ['fetch logs | filter loglevel == "A" an', 'and ', 'OPERATOR'],
      ['fetch logs | summarize countI', 'countIf(', 'FUNCTION_NAME'],
    ];
    for (const [query, expected, type] of cases) {
      const response = await assistance.queryAutocomplete({ body: { query } });
      autocompleteResponse(response, query);
      const found = response.suggestions.find(
        ({ suggestion }) => suggestion === expected,
      );
      assert.ok(found, `${expected} is missing after ${query}`);
      assert.equal(found.parts[0]?.type, type);
      assert.equal(found.parts.map(part => part.suggestion).join(''), expected);
      const typed = expected.slice(0, found.alreadyTypedCharacters);
      assert.ok(query.endsWith(typed) && typed.length > 0, query);
    }
  });

  it('completes at the cursor and says whether something has to follow', async () => {
    const body = { query: 'fetch logs | limit 1', cursorPosition: 13 };
    const response = await assistance.queryAutocomplete({ body });
    autocompleteResponse(response, 'response');
    assert.equal(response.optional, false);
    assert.ok(response.suggestions.some(one => one.suggestion === 'filter '));
    const whole = await assistance.queryAutocomplete({
      body: { query: 'fetch logs' },
    });
    assert.equal(whole.optional, true);
  });

  it('parses a query into a tree of its canonical form', async () => {
    const query =
      'fetch logs, from:-2h|filter loglevel=="ÄRROR 🎯" // why\n| summarize n=count(),by:{host.name}';
    const tree = await assistance.queryParse({ body: { query } });
    dqlNode(tree, 'tree');
    const verified = await assistance.queryVerify({
      body: { query, generateCanonicalQuery: true },
    });
    assert.equal(canonical(tree), verified.canonicalQuery);
    const all = descendants(tree);
    for (const { canonicalString, tokenPosition } of all.filter(isTerminal)) {
      assert.equal(
        tokenPosition === undefined,
        canonicalString.trim() === '',
        canonicalString,
      );
      if (tokenPosition) {
        const { start: from, end: to } = tokenPosition;
        assert.equal(
          query.substring(from.index, to.index + 1),
          canonicalString,
        );
      }
    }
    const optional = all.filter(isTerminal).filter(node => node.isOptional);
    assert.deepEqual(
      optional.map(node => node.canonicalString),
      ['{', '}'],
    );
    assert.equal(all.filter(isAlternative).length, 1);
  });

  it('is told where a query that it parses is wrong', async () => {
    const body = { query: "fetch logs | filter a == 'b'" };
    const error = await refusal(assistance.queryParse({ body }));
    assert.ok(isErrorEnvelopeError(error));
    errorEnvelope(error.body, 'body');
    const { details } = error.body.error;
    assert.equal(details?.errorType, 'PARSE_ERROR_SINGLE_QUOTES');
    assert.equal(details.syntaxErrorPosition?.start.index, 25);
  });
});
