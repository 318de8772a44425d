// The examples for @grailstage/core, with the packed package, against the sandbox.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { freshApp, repository } from './freshApp.mjs';

/** The first of so many ports in a row that nothing listens on. */
async function freePorts(count) {
  const listen = port =>
    new Promise(resolve => {
      const server = createServer().once('error', () => resolve(undefined));
      server.listen(port, '127.0.0.1', () => resolve(server));
    });
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const servers = [await listen(0)];
    const { port } = servers[0].address();
    for (let next = 1; next < count; next += 1) {
      servers.push(await listen(port + next));
    }
    await Promise.all(servers.map(server => server && new Promise(resolve => server.close(resolve))));
    if (servers.every(Boolean)) {
      return port;
    }
  }
  throw new Error(`no ${count} ports in a row are free`);
}

describe('examples/library/check-queries.mjs', () => {
  let app;

  before(() => {
    app = freshApp({});
    copyFileSync(join(repository, 'examples/library/check-queries.mjs'), join(app, 'check-queries.mjs'));
  });

  const check = (...files) => spawnSync('node', ['check-queries.mjs', ...files], { cwd: app, encoding: 'utf8' });

  it('finds nothing wrong with examples/queries, and says what they read', () => {
    const folder = join(repository, 'examples/queries');
    const files = readdirSync(folder).filter(file => file.endsWith('.dql'));
    const { status, stdout, stderr } = check(...files.map(file => join(folder, file)));
    assert.equal(status, 0, stdout + stderr);
    for (const file of files) {
      assert.match(stdout, new RegExp(`${file}: reads \\S+.* and needs storage:`));
    }
  });

  it('names the place of a mistake and what to do about it', () => {
    writeFileSync(join(app, 'wrong.dql'), 'fetch logs, from:-2h\n| limt 3\n');
    const { status, stdout } = check('wrong.dql');
    assert.equal(status, 1);
    assert.equal(stdout, 'wrong.dql:2:3: error[UNKNOWN_COMMAND]: unknown command `limt`; did you mean `limit`?\n');
  });
});

describe('examples/library/ask.mjs', () => {
  let app;
  let sandbox;
  let url;

  before(async () => {
    app = freshApp({});
    copyFileSync(join(repository, 'examples/library/ask.mjs'), join(app, 'ask.mjs'));
    const port = await freePorts(3);
    url = `http://127.0.0.1:${port}`;
    const program = process.env.GRAILSTAGE ?? join(repository, 'target/debug/grailstage');
    sandbox = spawn(program, ['sandbox', 'serve', '--port', `${port}`], { stdio: 'ignore' });
    for (;;) {
      assert.equal(sandbox.exitCode, null, 'the sandbox ended');
      const answer = await fetch(`${url}/__sandbox/health`).catch(() => undefined);
      if (answer?.ok) {
        return;
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  });

  after(() => sandbox?.kill());

  const ask = (query, token = 'dt0s16.SANDBOX.TOKEN') =>
    spawnSync('node', ['ask.mjs', query], {
      cwd: app,
      encoding: 'utf8',
      env: { ...process.env, DYNATRACE_URL: url, DYNATRACE_TOKEN: token },
    });

  it('prints the records of a query', () => {
    const { status, stdout, stderr } = ask('smartscapeNodes "K8S_CLUSTER" | fields name');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /prod-eu/);
    assert.match(stdout, /1 records, \d+ bytes scanned/);
  });

  it('says what is wrong with a query', () => {
    const { status, stderr } = ask('fetch logs | limt 3');
    assert.equal(status, 1);
    assert.match(stderr, /invalid-query: .*limt/);
  });

  it('says that a token is not accepted, without showing it', () => {
    const { status, stderr } = ask('fetch logs', 'dt0s16.STRANGER.HIDDENPART');
    assert.equal(status, 1);
    assert.match(stderr, /invalid-credentials/);
    assert.ok(!stderr.includes('HIDDENPART'));
  });
});
