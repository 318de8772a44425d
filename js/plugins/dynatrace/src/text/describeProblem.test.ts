import { mockApis } from '@backstage/frontend-test-utils';
import { dynatraceTranslationRef } from '../translation';
import { describeProblem } from './describeProblem';

function problemOf(code: string) {
  const snapshot = mockApis
    .translation()
    .getTranslation(dynatraceTranslationRef);
  if (!snapshot.ready) {
    throw new Error('the translations are not ready');
  }
  return describeProblem(code, snapshot.t);
}

describe('describeProblem', () => {
  const other = {
    title: 'Something went wrong',
    help: 'Try again. If it stays, the log of the Backstage backend says more.',
  };

  it.each([
    'deadline-exceeded',
    'forbidden',
    'invalid-annotation',
    'invalid-config',
    'invalid-credentials',
    'invalid-label-selector',
    'invalid-query',
    'missing-scope',
    'not-asked-here',
    'not-found',
    'not-json',
    'notification',
    'query-cancelled',
    'query-failed',
    'rate-limited',
    'redirected',
    'result-gone',
    'timeframe-cut',
    'truncated',
    'truncated-response',
    'unexpected-records',
    'unit-not-applied',
    'unknown-card',
    'unknown-environment',
    'unreachable',
    'upstream-failed',
  ])('has a title of its own for `%s`', code => {
    expect(problemOf(code).title).not.toBe(other.title);
  });

  it('leaves the remedy to the backend where that knows it better', () => {
    expect(problemOf('missing-scope')).toEqual({
      title: 'The Dynatrace token lacks a permission',
    });
  });

  it.each(['trapped', 'from-a-later-version', 'constructor', ''])(
    'has a general text for `%s`',
    code => {
      expect(problemOf(code)).toEqual(other);
    },
  );
});
