// What the actions of templates do, against the sandbox over HTTP.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  inspectDql,
  ownerMetadata,
  planTelemetry,
  releaseMetadata,
} from '@grailstage/core';
import { useSandbox } from './useSandbox.mjs';

const sandbox = useSandbox();
const { client } = sandbox;

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
      assert.equal(new URL(reason.url).origin, new URL(sandbox.url).origin);
      assert.equal(reason.environment, 'production');
    }
    assert.match(gate.markdown, /^\*\*Release\*\*: fail/);
  });

  it('ends when its signal is aborted', async () => {
    await fetch(`${sandbox.control}/__sandbox/environments/production/faults`, {
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
