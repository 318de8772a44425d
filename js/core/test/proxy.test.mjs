// Node's own way through a proxy: the client needs nothing but NODE_USE_ENV_PROXY.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer as createHttpServer } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const core = fileURLToPath(new URL('../dist/node.mjs', import.meta.url));

const listen = async server => {
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
};

describe('NODE_USE_ENV_PROXY', () => {
  let environment;
  let proxy;
  let port;
  const tunnelled = [];

  before(async () => {
    environment = createHttpServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        '{"state":"SUCCEEDED","result":{"records":[{"n":"1"}],"types":[]}}',
      );
    });
    port = await listen(environment);
    proxy = createHttpServer();
    proxy.on('connect', (request, socket, head) => {
      tunnelled.push(request.url);
      const upstream = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.write(head);
        upstream.pipe(socket).pipe(upstream);
      });
      for (const end of [socket, upstream]) {
        end.on('error', () => end.destroy());
      }
    });
    proxy.port = await listen(proxy);
  });

  after(() => {
    for (const server of [environment, proxy]) {
      server.closeAllConnections();
      server.close();
    }
  });

  const ask = async variables => {
    const script = `
      import { DynatraceClient } from ${JSON.stringify(core)};
      const client = DynatraceClient.create({ config: { environments: [
        { name: 'test', url: 'http://127.0.0.1:${port}', platformToken: 'dt0s16.A.B' },
      ] } });
      const answer = await client.query({ query: 'fetch logs' });
      console.log(JSON.parse(new TextDecoder().decode(answer)).rows[0][0]);`;
    const { stdout } = await run(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { env: { PATH: process.env.PATH, ...variables } },
    );
    return stdout.trim();
  };

  it('sends requests through the proxy of the environment', async () => {
    tunnelled.length = 0;
    const http = `http://127.0.0.1:${proxy.port}`;
    assert.equal(
      await ask({
        NODE_USE_ENV_PROXY: '1',
        HTTP_PROXY: http,
        HTTPS_PROXY: http,
      }),
      '1',
    );
    assert.ok(tunnelled.length > 0, 'nothing came through the proxy');
    assert.ok(tunnelled.every(target => target === `127.0.0.1:${port}`));
  });

  it('leaves out the hosts of NO_PROXY', async () => {
    tunnelled.length = 0;
    const http = `http://127.0.0.1:${proxy.port}`;
    assert.equal(
      await ask({
        NODE_USE_ENV_PROXY: '1',
        HTTP_PROXY: http,
        NO_PROXY: '127.0.0.1',
      }),
      '1',
    );
    assert.deepEqual(tunnelled, []);
  });
});
