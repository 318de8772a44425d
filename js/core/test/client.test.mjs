// The client against a server that speaks Dynatrace's protocol badly on purpose. What a real environment answers is
// tested against the sandbox.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { DynatraceClient } from '@grailstage/core';

const SECRET = 'dt0s16.SAMPLE.NEVERSHOWNANYWHERE';
const requests = [];
let answer;
let server;
let url;

before(async () => {
  server = createServer((request, response) => {
    requests.push(request.url);
    answer(request, response);
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${server.address().port}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

function client(environment = {}) {
  return DynatraceClient.create({
    config: {
      environments: [
        { name: 'test', url, platformToken: SECRET, ...environment },
      ],
    },
  });
}

const json = (response, body, status = 200) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

const succeeded = records => ({
  state: 'SUCCEEDED',
  progress: 100,
  result: { records, types: [], metadata: {} },
});

describe('a client', () => {
  it('passes values through byte for byte', async () => {
    const long = '9223372036854775807';
    answer = (_, response) =>
      json(
        response,
        succeeded([{ n: long, 'odd `name`': 'ü\u2028', gone: null }]),
      );
    const bytes = await client().query({ query: 'fetch logs' });
    const { columns, rows } = JSON.parse(new TextDecoder().decode(bytes));
    assert.deepEqual(
      columns.map(column => column.name),
      ['n', 'odd `name`', 'gone'],
    );
    assert.deepEqual(rows, [[long, 'ü\u2028', null]]);
  });

  it('names an HTML page as what it is, and no secret with it', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html><title>Log in</title></html>');
    };
    await assert.rejects(client().query({ query: 'fetch logs' }), error => {
      assert.equal(error.code, 'not-json');
      assert.equal(error.environment, 'test');
      assert.match(error.message, /text\/html/);
      assert.ok(!JSON.stringify(error).includes('NEVERSHOWN'));
      return true;
    });
  });

  it('says why an environment cannot be reached', async () => {
    const closed = createServer();
    await new Promise(resolve => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address();
    await new Promise(resolve => closed.close(resolve));
    await assert.rejects(
      client({ url: `http://127.0.0.1:${port}` }).query({
        query: 'fetch logs',
      }),
      error => {
        assert.equal(error.code, 'unreachable');
        assert.match(error.message, /ECONNREFUSED/);
        return true;
      },
    );
  });

  it('does not follow a redirect', async () => {
    answer = (_, response) => {
      response.writeHead(302, { location: 'https://sso.example.com/login' });
      response.end();
    };
    await assert.rejects(client().query({ query: 'fetch logs' }), {
      code: 'redirected',
    });
  });

  it('ends the request, here and upstream, when its signal is aborted', async () => {
    requests.length = 0;
    const abort = new AbortController();
    let hung;
    const hangs = new Promise(resolve => {
      hung = resolve;
    });
    answer = (request, response) => {
      if (request.url.includes('query:execute')) {
        json(
          response,
          { state: 'RUNNING', requestToken: 'a+b/c==', ttlSeconds: 399 },
          202,
        );
      } else if (request.url.includes('query:poll')) {
        hung();
      } else {
        response.writeHead(202).end();
      }
    };
    const pending = client().query(
      { query: 'fetch logs' },
      { signal: abort.signal },
    );
    await hangs;
    abort.abort();
    await assert.rejects(pending, { code: 'cancelled', status: 499 });
    const cancel = requests.find(path => path.includes('query:cancel'));
    assert.match(cancel, /request-token=a%2Bb%2Fc%3D%3D/);
  });

  it('does nothing for a signal that is aborted already', async () => {
    requests.length = 0;
    await assert.rejects(
      client().query({ query: 'fetch logs' }, { signal: AbortSignal.abort() }),
      {
        code: 'cancelled',
      },
    );
    assert.deepEqual(requests, []);
  });

  it('refuses a request it cannot read, naming the member', async () => {
    await assert.rejects(client().query({ querry: 'fetch logs' }), error => {
      assert.equal(error.code, 'invalid-request');
      assert.match(error.message, /querry/);
      return true;
    });
  });
});
