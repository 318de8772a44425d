// What the actions of templates do, against the sandbox over HTTP.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  DynatraceClient,
  inspectDql,
  ownerMetadata,
  planTelemetry,
  releaseMetadata,
} from '@grailstage/core';

const program =
  process.env.GRAILSTAGE ??
  fileURLToPath(new URL('../../../target/debug/grailstage', import.meta.url));
let sandbox;
let url;
let control;

before(async () => {
  assert.ok(
    existsSync(program),
    `there is no sandbox at ${program}: run \`cargo build --package grailstage-cli\`, or name it in the variable GRAILSTAGE`,
  );
  sandbox = spawn(program, ['sandbox', 'serve', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: sandbox.stdout })) {
    const [name, address] = line.trim().split(/\s+/);
    if (name === 'production') {
      url = address;
    } else if (name === 'control') {
      control = new URL(address).origin;
      break;
    }
  }
  sandbox.stdout.resume();
});

beforeEach(async () => {
  const response = await fetch(`${control}/__sandbox/reset`, {
    method: 'POST',
  });
  assert.ok(response.ok);
});

after(async () => {
  const ended = once(sandbox, 'exit');
  sandbox.kill();
  await ended;
});

const client = (token = 'dt0s16.SANDBOX.TOKEN') =>
  DynatraceClient.create({
    config: {
      environments: [{ name: 'production', url, platformToken: token }],
    },
  });

const parsed = bytes => JSON.parse(new TextDecoder().decode(bytes));

describe('sendEvent', () => {
  const event = { id: 'core-1', type: 'deployment', version: '2.4.1' };

  it('sends nothing in a dry run and one event otherwise', async () => {
    const dry = parsed(await client().sendEvent({ ...event, dryRun: true }));
    assert.equal(dry.sent, 0);
    assert.equal(dry.first['artifact.version'], '2.4.1');
    const attemptedSince = new Date(Date.now() - 60_000).toISOString();
    const sent = await client().sendEvent({ ...event, attemptedSince });
    assert.equal(parsed(sent).sent, 1);
  });

  it('names the input that cannot be used, and the scope that is missing', async () => {
    await assert.rejects(client().sendEvent({ ...event, type: 'deploy' }), {
      code: 'invalid-input',
      status: 400,
      message: /`type`/,
      help: /business events/,
    });
    await assert.rejects(client().sendEvent({ ...event, typo: 1 }), {
      code: 'invalid-request',
      message: /typo/,
    });
    await assert.rejects(client('dt0s16.NOSCOPES.TOKEN').sendEvent(event), {
      code: 'missing-scope',
    });
  });
});

describe('gateRelease', () => {
  const annotations = { 'backstage.io/kubernetes-id': 'webshop.payment' };

  it('gives a verdict with reasons that lead to Dynatrace', async () => {
    const gate = parsed(
      await client().gateRelease({ annotations, aspects: { problems: {} } }),
    );
    assert.equal(gate.verdict, 'fail');
    const [problems] = gate.aspects;
    assert.equal(problems.aspect, 'problems');
    assert.ok(problems.reasons.length > 0);
    for (const reason of problems.reasons) {
      assert.equal(new URL(reason.url).origin, new URL(url).origin);
      assert.equal(reason.environment, 'production');
    }
    assert.match(gate.markdown, /^\*\*Release\*\*: fail/);
  });

  it('ends when its signal is aborted', async () => {
    await fetch(`${control}/__sandbox/environments/production/faults`, {
      method: 'POST',
      body: JSON.stringify({ kind: 'hang', route: 'execute' }),
    });
    const abort = new AbortController();
    const pending = client().gateRelease(
      { annotations },
      { signal: abort.signal },
    );
    abort.abort();
    await assert.rejects(pending, { code: 'cancelled', status: 499 });
  });
});

describe('what takes no environment', () => {
  it('inspects a query', () => {
    const { valid, tables, scopes } = inspectDql({ query: 'fetch logs' });
    assert.deepEqual([valid, tables], [true, ['logs']]);
    assert.ok(scopes.includes('storage:logs:read'));
    const wrong = inspectDql({ query: 'fetch logs | limt 3' });
    assert.equal(wrong.valid, false);
    assert.match(wrong.drawings[0].text, /limt/);
  });

  it('plans telemetry and metadata, and throws for what cannot be used', () => {
    const plan = planTelemetry({
      service: 'orders-api',
      language: 'python',
      baseImage: 'python:3.13-alpine',
      orchestrator: 'kubernetes',
      oneAgentMode: 'cloud-native-full-stack',
    });
    assert.equal(plan.libc, 'musl');
    const { entries } = ownerMetadata({ owner: 'team-orders' });
    assert.deepEqual(entries, [
      { kind: 'label', key: 'dt.owner', value: 'team-orders' },
    ]);
    assert.equal(releaseMetadata({ version: '2.4.1' }).entries.length, 1);
    assert.throws(() => releaseMetadata({}), { code: 'invalid-input' });
    assert.throws(() => ownerMetadata({ owner: 'a b' }), {
      code: 'invalid-input',
    });
  });
});
