// The built package as each kind of consumer loads it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import * as esm from '@grailstage/core';

const require = createRequire(import.meta.url);
const cjs = require('@grailstage/core');
const inline = require('../dist/inline.cjs');

const loaders = { 'ES module': esm, CommonJS: cjs, inline };

const cart = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'cart',
    annotations: { 'backstage.io/kubernetes-id': 'webshop.cart' },
  },
};

const parsed = bytes => JSON.parse(new TextDecoder().decode(bytes));

/** The ids in the registry that is generated from the same source for the frontend. */
function registeredCards() {
  const registry = new URL(
    '../../plugins/dynatrace-common/src/dynatraceCards.ts',
    import.meta.url,
  );
  const keys = readFileSync(registry, 'utf8').matchAll(/^ {2}'([\w-]+)': \[/gm);
  return [...keys].map(([, id]) => id);
}

for (const [name, core] of Object.entries(loaders)) {
  describe(`@grailstage/core as ${name}`, () => {
    it('exports what its declarations say', () => {
      assert.deepEqual(Object.keys(core).sort(), [
        'DynatraceClient',
        'GrailstageError',
        'cards',
        'checkDql',
        'explainDql',
        'formatDql',
        'init',
        'inspectDql',
        'ownerMetadata',
        'planTelemetry',
        'releaseMetadata',
        'version',
      ]);
    });

    it('knows its version and its cards', async () => {
      await core.init();
      assert.equal(
        core.version(),
        require('@grailstage/core/package.json').version,
      );
      assert.deepEqual(core.cards(), registeredCards());
    });

    it('answers without a configuration', async () => {
      const client = core.DynatraceClient.create({ config: undefined });
      const answer = parsed(
        await client.card({ card: 'kubernetes-deployments', entity: cart }),
      );
      assert.equal(answer.state, 'not-configured');
      client.close();
    });

    it('checks, formats and explains DQL', () => {
      assert.equal(core.checkDql('fetch logs | limt 3').valid, false);
      assert.equal(
        core.formatDql('fetch logs|limit 3').formatted,
        'fetch logs\n| limit 3\n',
      );
      assert.deepEqual(core.explainDql('fetch logs').analysis.tables, ['logs']);
    });

    it('throws errors with code, status and help', async () => {
      const client = core.DynatraceClient.create({ config: undefined });
      await assert.rejects(
        client.card({ card: 'weather', entity: cart }),
        error => {
          assert.ok(error instanceof core.GrailstageError);
          assert.ok(error instanceof Error);
          assert.equal(error.code, 'unknown-card');
          assert.equal(error.status, 404);
          assert.match(error.help, /kubernetes-deployments/);
          return true;
        },
      );
    });
  });
}

describe('both forms for Node', () => {
  it('share one module, so that an error of one is an error of the other', () => {
    assert.equal(esm.GrailstageError, cjs.GrailstageError);
    assert.equal(esm.DynatraceClient, cjs.DynatraceClient);
  });
});
