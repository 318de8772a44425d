// The language as JavaScript calls it: options, refusals and what a trap leaves behind.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  GrailstageError,
  checkDql,
  explainDql,
  formatDql,
} from '@grailstage/core';

const functions = { checkDql, formatDql, explainDql };

describe('the functions for DQL', () => {
  it('report a mistake with its place, its code and the repaired text', () => {
    const { valid, diagnostics } = checkDql('fetch logs\n| fliter a == 1');
    assert.equal(valid, false);
    const [{ code, start, span, fixed, severity }] = diagnostics;
    assert.equal(code, 'UNKNOWN_COMMAND');
    assert.equal(severity, 'error');
    assert.deepEqual(start, { line: 2, column: 3 });
    assert.deepEqual(span, { start: 13, end: 19 });
    assert.equal(fixed, 'fetch logs\n| filter a == 1');
  });

  it('count columns in characters and spans in bytes of UTF-8', () => {
    const [{ start, span }] = checkDql(
      'fetch logs | filter a == "ü😀" | fliter b',
    ).diagnostics;
    assert.deepEqual(start, { line: 1, column: 33 });
    assert.equal(span.start, 36);
  });

  it('report habits that cost where that is asked for', () => {
    const costly = 'fetch logs | filter lower(a) == "b"';
    assert.deepEqual(checkDql(costly).diagnostics, []);
    assert.ok(checkDql(costly, { lints: true }).diagnostics.length > 0);
  });

  it('read in the dialect that is given', () => {
    assert.equal(formatDql('| limit 3').valid, false);
    assert.equal(
      formatDql('|limit 3', { dialect: 'snippet' }).formatted.trim(),
      '| limit 3',
    );
    const { analysis } = explainDql('fetch logs | filter a == ${b}', {
      dialect: 'template',
    });
    assert.deepEqual(analysis.tables, ['logs']);
  });

  it('take an option that is undefined as absent', () => {
    assert.deepEqual(
      checkDql('fetch logs', { dialect: undefined, lints: undefined }),
      { valid: true, diagnostics: [] },
    );
  });

  for (const [name, report] of Object.entries(functions)) {
    it(`refuse a wrong option of ${name}, naming it, its value and those allowed`, () => {
      assert.throws(
        () => report('fetch logs', { dialect: 'sql' }),
        error => {
          assert.ok(error instanceof GrailstageError);
          assert.equal(error.code, 'invalid-option');
          assert.equal(error.status, 400);
          assert.match(error.message, /`dialect`.*"sql"/);
          assert.match(error.help, /"query".*"snippet".*"template"/);
          return true;
        },
      );
      assert.throws(() => report('fetch logs', { dialct: 'query' }), {
        code: 'invalid-option',
        message: /`dialct`/,
        help: /`dialect`/,
      });
    });

    it(`refuse what is no text for ${name}, naming what it is`, () => {
      assert.throws(() => report(undefined), {
        code: 'invalid-request',
        message: /undefined/,
      });
      assert.throws(() => report(42), { message: /number/ });
      assert.throws(() => report({ query: 'fetch logs' }), {
        message: /object/,
      });
    });
  }

  it('refuse options that are no object', () => {
    assert.throws(() => checkDql('fetch logs', 'snippet'), {
      code: 'invalid-request',
      message: /"snippet"/,
    });
    assert.throws(() => checkDql('fetch logs', { lints: 1n }), {
      code: 'invalid-request',
    });
  });
});
