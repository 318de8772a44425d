import { cardIdForQueryId } from './cards';

describe('cardIdForQueryId', () => {
  it('maps the built-in query of the peer plugin to its card', () => {
    expect(cardIdForQueryId('dynatrace.kubernetes-deployments')).toBe(
      'kubernetes-deployments',
    );
  });

  it.each(['kubernetes-deployments', 'custom.errors', 'constructor', ''])(
    'knows no card for `%s`',
    queryId => {
      expect(cardIdForQueryId(queryId)).toBeUndefined();
    },
  );
});
