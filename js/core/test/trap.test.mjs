// What happens after the module has trapped, for whatever reason: the request fails, the next one works.
import assert from 'node:assert/strict';
import { readFile, writeFile, mkdtemp, cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'node:test';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));

/** A copy of the package whose glue throws what a trap throws, once, at the call of that name. */
async function sabotaged(pattern, replacement) {
  const copy = await mkdtemp(join(tmpdir(), 'grailstage-trap-'));
  await cp(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
  await cp(join(root, 'pkg'), join(copy, 'pkg'), { recursive: true });
  const file = join(copy, 'dist/node.cjs');
  const source = await readFile(file, 'utf8');
  assert.match(source, pattern);
  await writeFile(file, source.replace(pattern, replacement));
  return require(file);
}

const entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'cart' },
};

describe('after a trap', () => {
  it('in a call, the request gets an error and the next one a fresh module', async () => {
    const core = await sabotaged(
      /card\(request, signal\) \{/,
      `card(request, signal) {
        if (!globalThis.trappedInCall) { globalThis.trappedInCall = true; throw new WebAssembly.RuntimeError('unreachable'); }`,
    );
    const client = core.DynatraceClient.create({ config: {} });
    await assert.rejects(
      client.card({ card: 'kubernetes-deployments', entity }),
      { code: 'trapped', status: 500 },
    );
    const answer = await client.card({
      card: 'kubernetes-deployments',
      entity,
    });
    assert.match(new TextDecoder().decode(answer), /not-configured/);
  });

  it('in a function for DQL, the call throws and the next one gets a fresh module', async () => {
    const core = await sabotaged(
      /function checkDql\w*\(text, options\) \{/,
      `$&
        if (!globalThis.trappedInCheck) { globalThis.trappedInCheck = true; throw new WebAssembly.RuntimeError('unreachable'); }`,
    );
    assert.throws(() => core.checkDql('fetch logs'), {
      code: 'trapped',
      status: 500,
    });
    assert.equal(core.checkDql('fetch logs').valid, true);
    assert.equal(core.formatDql('fetch logs').formatted, 'fetch logs\n');
  });

  it('in a task of the module, all that wait for it get the error, and Node lives on', async () => {
    const core = await sabotaged(
      /\btask\(\);/,
      `if (!globalThis.trappedInTask) { globalThis.trappedInTask = true; throw new WebAssembly.RuntimeError('unreachable'); }
       task();`,
    );
    const client = core.DynatraceClient.create({ config: {} });
    const waiting = [1, 2, 3].map(() =>
      client.card({ card: 'kubernetes-deployments', entity }),
    );
    for (const outcome of await Promise.allSettled(waiting)) {
      assert.equal(outcome.status, 'rejected');
      assert.equal(outcome.reason.code, 'trapped');
    }
    const answer = await client.card({
      card: 'kubernetes-deployments',
      entity,
    });
    assert.match(new TextDecoder().decode(answer), /not-configured/);
  });
});
