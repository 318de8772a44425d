// What ten thousand requests leave behind in the memory of the module.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';

const memories = [];
const { Instance } = WebAssembly;
// The package shows its memory to nobody. Node's own fetch has a module, too.
WebAssembly.Instance = class extends Instance {
  constructor(...parameters) {
    super(...parameters);
    if ('__wbindgen_start' in this.exports) {
      memories.push(this.exports.memory);
    }
  }
};
const { DynatraceClient } = await import('@grailstage/core');

const answer = JSON.stringify({
  state: 'SUCCEEDED',
  progress: 100,
  result: {
    records: Array.from({ length: 50 }, (_, n) => ({
      n: `${n}`,
      text: 'x'.repeat(100),
    })),
    types: [],
    metadata: {},
  },
});

describe('the memory of the module', () => {
  let server;
  let url;

  before(async () => {
    server = createServer((request, response) => {
      request.resume();
      const failing = request.url.includes('fail');
      response.writeHead(failing ? 403 : 200, {
        'content-type': 'application/json',
      });
      response.end(failing ? '{"error":{"code":403}}' : answer);
    });
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${server.address().port}`;
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it('does not grow over ten thousand requests', async () => {
    const stored = new Map();
    const client = DynatraceClient.create({
      config: {
        environments: [{ name: 'test', url, platformToken: 'dt0s16.A.B' }],
      },
      store: {
        get: async key => stored.get(key),
        set: async (key, value) => {
          stored.set(key, value);
        },
        claim: async () => true,
        release: async () => {},
      },
    });
    let asked = 0;
    /** Every query differs, some are asked by two, some are given up, some do not exist for the environment. */
    const ask = async () => {
      asked += 1;
      const number = asked;
      const request = {
        query: `fetch logs | limit ${number}`,
        maxAgeSeconds: 60,
      };
      if (number % 5 === 0) {
        const abort = new AbortController();
        const pending = client.query(request, { signal: abort.signal });
        abort.abort();
        await pending.catch(() => {});
      } else if (number % 7 === 0) {
        await client
          .query({ ...request, environment: 'unknown' })
          .catch(() => {});
      } else {
        await Promise.all([client.query(request), client.query(request)]);
      }
      stored.clear();
    };
    const run = async times => {
      for (let round = 0; round < times / 10; round += 1) {
        await Promise.all(Array.from({ length: 10 }, ask));
      }
      return memories.at(-1).buffer.byteLength;
    };
    const warm = await run(2_000);
    const after = await run(8_000);
    assert.equal(after, warm);
    assert.equal(memories.length, 1, 'nothing has trapped');
  });
});
