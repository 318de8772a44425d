import { cardIdForQueryId } from './cards';

describe('cardIdForQueryId', () => {
  it('maps the built-in query of the peer plugin to its card', () => {
    expect(cardIdForQueryId('dynatrace.kubernetes-deployments')).toBe(
      'kubernetes-deployments',
    );
  });

  it('finds the card by the name that the peer plugin has for it', () => {
    expect(cardIdForQueryId('dynatrace.srg-validations')).toBe(
      'release-validations',
    );
    expect(cardIdForQueryId('dynatrace.release-validations')).toBe(
      'release-validations',
    );
  });

  it.each([
    'srg-validations',
    'kubernetes-deployments',
    'custom.errors',
    'constructor',
    '',
  ])('knows no card for `%s`', queryId => {
    expect(cardIdForQueryId(queryId)).toBeUndefined();
  });
});
