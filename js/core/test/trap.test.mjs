// What happens after the module has trapped: the request fails, the next one works.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, beforeEach, describe, it } from 'node:test';
import { inlineTrappingCore, trappingCore } from './trappingCore.mjs';

const SECRET = 'dt0s16.SAMPLE.NEVERSHOWNANYWHERE';
const waiting = [];
let server;
let url;
let held;

before(async () => {
  server = createServer((request, response) => {
    request.resume();
    const answer = () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          state: 'SUCCEEDED',
          progress: 100,
          result: { records: [{ n: '1' }], types: [], metadata: {} },
        }),
      );
    };
    if (held) {
      waiting.push(answer);
      server.emit('held');
    } else {
      answer();
    }
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${server.address().port}`;
});

beforeEach(() => {
  held = false;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

/** Short enough for Node to end soon after the tests: nobody takes back the timers of an instance that has trapped. */
const create = (core, requestTimeoutSeconds = 5) =>
  core.DynatraceClient.create({
    config: {
      environments: [
        {
          name: 'test',
          url,
          platformToken: SECRET,
          limits: { requestTimeoutSeconds },
        },
      ],
    },
  });

const entity = name => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name,
    annotations: {
      'backstage.io/kubernetes-id': 'cart',
      'example.org/password': SECRET,
    },
  },
});

/** Checks the error of a request that met a trap. */
function isTrap(error, core, place) {
  assert.ok(error instanceof core.GrailstageError, `${error}`);
  assert.equal(error.code, 'trapped');
  assert.equal(error.status, 500);
  assert.match(error.message, place);
  assert.match(error.help, /next request/);
  const told = `${error.message} ${JSON.stringify(error)} ${error.stack} ${error.cause}`;
  assert.ok(!told.includes(SECRET) && !told.includes('a panic over'), told);
  return true;
}

const asked = async (client, number) => {
  const bytes = await client.query({ query: `data record(n = ${number})` });
  assert.equal(JSON.parse(new TextDecoder().decode(bytes)).rows.length, 1);
};

/** Where a panic was, but never what it says. */
const ofPanic =
  /^the Grailstage module stopped unexpectedly at \S*trap\.rs:\d+:\d+$/;
const ofFault = /^the Grailstage module stopped unexpectedly$/;

const ways = [
  ['trap-in-call', 'a panic in a call', ofPanic],
  ['trap-in-task', 'a panic in a task', ofPanic],
  ['trap-by-stack', 'a stack that overflows', ofFault],
  ['trap-by-memory', 'a memory that is used up', ofFault],
];
const loaders = { Node: trappingCore, 'everything else': inlineTrappingCore };

for (const [loader, core] of Object.entries(loaders)) {
  describe(`after a trap in the module for ${loader}`, () => {
    for (const [way, name, place] of ways) {
      it(`by ${name}, that request and those under way fail, and the next one works`, async () => {
        const client = create(core);
        await asked(client, 0);
        held = true;
        const others = [];
        for (const number of [1, 2, 3]) {
          const arrived = once(server, 'held');
          others.push(client.query({ query: `data record(n = ${number})` }));
          others.at(-1).catch(() => {});
          await arrived;
        }
        held = false;
        await assert.rejects(
          client.card({ card: 'kubernetes-deployments', entity: entity(way) }),
          error => isTrap(error, core, place),
        );
        for (const other of await Promise.allSettled(others)) {
          assert.equal(other.status, 'rejected');
          isTrap(other.reason, core, place);
        }
        // What comes late comes to an instance that is no longer entered.
        waiting.splice(0).forEach(answer => answer());
        await asked(client, 4);
        client.close();
      });
    }

    it('the timers it has left behind wake nobody', async () => {
      const client = create(core, 1);
      held = true;
      const arrived = once(server, 'held');
      const other = client.query({ query: 'data record(n = 1)' });
      await arrived;
      held = false;
      await assert.rejects(client.query({ query: 'trap-by-stack' }), {
        code: 'trapped',
      });
      await assert.rejects(other);
      // Longer than the deadline of the request under way.
      await new Promise(resolve => setTimeout(resolve, 1_500));
      await asked(client, 5);
      waiting.splice(0).forEach(answer => answer());
      client.close();
    });

    it('in a function for DQL, the call throws and the next one works', () => {
      assert.throws(
        () => core.checkDql('fetch trap-in-call'),
        error => isTrap(error, core, ofPanic),
      );
      assert.equal(core.checkDql('fetch logs').valid, true);
      assert.equal(core.formatDql('fetch logs').formatted, 'fetch logs\n');
    });

    it('a client that met one before can be closed, and another one works', async () => {
      const client = create(core);
      await assert.rejects(client.query({ query: 'trap-in-call' }));
      client.close();
      const next = create(core);
      await asked(next, 6);
      next.close();
    });
  });
}

describe('the published package', () => {
  it('has no way to trap', async () => {
    for (const file of [
      'pkg/grailstage.wasm',
      'pkg/glue.d.ts',
      'pkg/payloads.d.ts',
      'dist/node.cjs',
      'dist/inline.cjs',
      'dist/browser.mjs',
    ]) {
      const bytes = await readFile(new URL(`../${file}`, import.meta.url));
      for (const [way] of ways) {
        assert.ok(!bytes.includes(way), `${way} in ${file}`);
      }
    }
  });
});
