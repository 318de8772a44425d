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

/** A store as two replicas would share it. */
function sharedStore() {
  const values = new Map();
  return {
    values,
    get: async key => values.get(key),
    set: async (key, value) => {
      values.set(key, value);
    },
    claim: async key => {
      if (values.has(key)) {
        return false;
      }
      values.set(key, new Uint8Array());
      return true;
    },
    release: async key => {
      values.delete(key);
    },
  };
}

const cart = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'cart',
    annotations: { 'backstage.io/kubernetes-id': 'cart' },
  },
};

const card = async (of, request = {}) =>
  JSON.parse(
    new TextDecoder().decode(
      await of.card({
        card: 'kubernetes-deployments',
        entity: cart,
        ...request,
      }),
    ),
  );

describe('clients with a store', () => {
  const create = options =>
    DynatraceClient.create({
      config: {
        environments: [{ name: 'test', url, platformToken: SECRET }],
      },
      ...options,
    });

  it('ask once for all who look at a card, and for a while after', async () => {
    requests.length = 0;
    answer = (_, response) => {
      setTimeout(() => json(response, succeeded([])), 20);
    };
    const store = sharedStore();
    const replicas = [create({ store }), create({ store })];
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, viewer) => card(replicas[viewer % 2])),
    );
    assert.ok(answers.every(({ state }) => state === 'empty'));
    const later = await card(replicas[0]);
    // Until the answer is stored, it is shared.
    assert.match(later.environments[0].cache, /^(hit|shared)$/);
    assert.equal(requests.length, 1);
    assert.ok(!JSON.stringify([...store.values]).includes('NEVERSHOWN'));
  });

  it('tell what they do, and show nothing by it', async () => {
    answer = (_, response) => json(response, succeeded([]));
    const seen = [];
    const store = { ...sharedStore(), get: async () => assert.fail('broken') };
    const client = create({
      store,
      onObservation: observation => {
        seen.push(observation);
        throw new Error('a listener that fails');
      },
    });
    assert.equal((await card(client)).state, 'empty');
    assert.deepEqual(seen.map(({ kind }) => kind).sort(), [
      'call',
      'query',
      'store-failed',
    ]);
    const { outcome, cache } = seen.find(({ kind }) => kind === 'query');
    assert.deepEqual({ outcome, cache }, { outcome: 'ok', cache: 'miss' });
    assert.ok(!/NEVERSHOWN|cart|smartscape/.test(JSON.stringify(seen)));
  });

  it('go on without a store that hangs', async () => {
    answer = (_, response) => json(response, succeeded([]));
    const hangs = () => new Promise(() => {});
    const store = { get: hangs, set: hangs, claim: hangs, release: hangs };
    assert.equal((await card(create({ store }))).state, 'empty');
  });
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

  it('stops reading an answer without end', async () => {
    let hungUp;
    const hangsUp = new Promise(resolve => {
      hungUp = resolve;
    });
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.once('close', hungUp);
      const blank = Buffer.alloc(65536, ' ');
      const more = () => {
        while (!response.destroyed && response.write(blank));
      };
      response.on('drain', more);
      more();
    };
    await assert.rejects(
      client({ limits: { maxResultBytes: 1024 } }).query({
        query: 'fetch logs',
      }),
      { code: 'response-too-large', status: 502 },
    );
    await hangsUp;
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
    let cancelled;
    const cancels = new Promise(resolve => {
      cancelled = resolve;
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
        cancelled(request.url);
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
    // The answer does not wait for the environment to hear of it.
    assert.match(await cancels, /query:cancel\?request-token=a%2Bb%2Fc%3D%3D/);
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
