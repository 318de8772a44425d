// The language in WebAssembly is the language in Rust: tests/corpus byte for byte, and no text that traps the module.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'node:test';
import { checkDql, explainDql, formatDql } from '@grailstage/core';

const corpus = fileURLToPath(new URL('../../../tests/corpus', import.meta.url));
const dialects = { snippets: 'snippet', templates: 'template' };

const folders = readdirSync(corpus, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => name);

describe('tests/corpus', () => {
  it('is there', () => {
    const queries = folders.flatMap(folder =>
      readdirSync(join(corpus, folder)).filter(file => file.endsWith('.dql')),
    );
    assert.ok(queries.length >= 150, `${queries.length} queries`);
  });

  for (const folder of folders) {
    it(`has the same reports for ${folder}, byte for byte`, () => {
      const dialect = dialects[folder] ?? 'query';
      for (const file of readdirSync(join(corpus, folder))) {
        if (file.endsWith('.dql')) {
          const path = join(corpus, folder, file);
          const text = readFileSync(path, 'utf8');
          const reports = {
            check: checkDql(text, { dialect, lints: true }),
            format: formatDql(text, { dialect }),
            explain: explainDql(text, { dialect }),
          };
          assert.equal(
            `${JSON.stringify(reports, null, 2)}\n`,
            readFileSync(path.replace(/\.dql$/, '.json'), 'utf8'),
            `${folder}/${basename(file)}`,
          );
        }
      }
    });
  }
});

const MEGABYTE = 1 << 20;
const repeated = piece =>
  piece.repeat(Math.floor(MEGABYTE / Buffer.byteLength(piece)));

const openings = [
  '(',
  '[',
  '{',
  'a(',
  '-',
  'not ',
  'a in [x ',
  'a in [b a in (',
  'x[',
  'a + (',
  'a:{',
  'b = {',
  '!',
  '@',
  '`',
  '/* ',
];
const chains = [' + a', ' or a', '[0]', '@h'];

const nested = (open, inner, close, times) =>
  `fetch logs | filter ${open.repeat(times)}${inner}${close.repeat(times)}`;

// As deep as is read: crates/dql/tests/limits.rs finds that one more level of each is refused.
const deepest = [
  nested('(', 'a', ')', 100),
  nested('(', `a${' or a'.repeat(390)}`, ')', 100),
  nested('f(', 'a', ')', 99),
  nested('not ', 'a', '', 100),
  nested('-', 'a', '', 100),
  nested('a in [fetch x | filter ', 'a', ']', 99),
  nested('a or b xor c and not d == e ~ f + g * (', 'a', ')', 32),
  nested('in(a, {', 'b', '})', 49),
  `fetch logs | filter a${' or a'.repeat(498)}`,
  `fetch logs | filter a${'[0]'.repeat(498)}`,
  `fetch logs | filter a${'@h'.repeat(498)}`,
];

const reports = [checkDql, formatDql, explainDql];

describe('a text made to exhaust the stack', () => {
  for (const opening of openings) {
    it(`is an error and no trap: a megabyte of ${opening}`, () => {
      const text = `fetch logs | filter ${repeated(opening)}`;
      for (const report of reports) {
        const { valid, diagnostics } = report(text);
        assert.equal(valid, false);
        assert.ok(diagnostics.some(({ severity }) => severity === 'error'));
      }
    });
  }

  for (const link of chains) {
    it(`is an error and no trap: a megabyte of a${link}${link}`, () => {
      for (const report of reports) {
        const { valid, diagnostics } = report(
          `fetch logs | filter a${repeated(link)}`,
        );
        assert.equal(valid, false);
        assert.deepEqual(
          diagnostics.map(({ code }) => code),
          ['NESTING_TOO_DEEP'],
        );
      }
    });
  }

  it('is read where it is just deep enough', () => {
    for (const text of deepest) {
      const { diagnostics, formatted } = formatDql(text);
      assert.deepEqual(diagnostics, [], text.slice(0, 60));
      assert.equal(formatDql(formatted).formatted, formatted);
      checkDql(text, { lints: true });
      explainDql(text);
    }
  });
});
