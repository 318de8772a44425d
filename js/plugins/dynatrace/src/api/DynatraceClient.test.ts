import { answer } from '../__testUtils__/answers';
import { errorBody, respondWith } from '../__testUtils__/respondWith';

const request = {
  card: 'kubernetes-deployments',
  entityRef: 'component:default/cart',
};

describe('DynatraceClient', () => {
  it('asks the card route of the backend plugin for the entity', async () => {
    const { api, requests } = respondWith({ body: answer() });
    await expect(api.getCardAnswer(request)).resolves.toEqual(answer());
    expect(requests.map(({ url }) => url.href)).toEqual([
      'http://localhost:7007/api/dynatrace/v1/cards/kubernetes-deployments?entityRef=component%3Adefault%2Fcart',
    ]);
  });

  it('passes on timeframe and environments, and escapes what would change the path', async () => {
    const { api, requests } = respondWith({ body: answer() });
    await api.getCardAnswer({
      card: '../health?x=',
      entityRef: 'component:default/cart&environment=secret',
      from: '2026-11-21T00:00:00Z',
      to: '2026-11-21T06:00:00Z',
      environments: ['production', 'a&b'],
      refresh: true,
    });
    const [{ url }] = requests;
    expect(url.pathname).toBe('/api/dynatrace/v1/cards/..%2Fhealth%3Fx%3D');
    expect([...url.searchParams]).toEqual([
      ['entityRef', 'component:default/cart&environment=secret'],
      ['from', '2026-11-21T00:00:00Z'],
      ['to', '2026-11-21T06:00:00Z'],
      ['environment', 'production'],
      ['environment', 'a&b'],
      ['refresh', 'true'],
    ]);
  });

  it.each(['custom', 'catalog'])(
    'passes on what a reader asks of %s queries, each once',
    async kind => {
      const { api, requests } = respondWith({
        body: { id: 'custom.a', refusal: {}, queries: [] },
      });
      const asked = {
        entityRef: 'component:default/cart',
        from: '2026-11-21T00:00:00Z',
        environments: ['production'],
        refresh: true,
      };
      await (kind === 'custom'
        ? api.getCustomQueryAnswer({ ...asked, query: 'a/b' })
        : api.getCatalogQueryAnswers(asked));
      const [{ url }] = requests;
      expect(url.pathname).toBe(
        kind === 'custom'
          ? '/api/dynatrace/v1/queries/custom/a%2Fb'
          : '/api/dynatrace/v1/queries/catalog',
      );
      expect([...url.searchParams]).toEqual([
        ['entityRef', 'component:default/cart'],
        ['from', '2026-11-21T00:00:00Z'],
        ['environment', 'production'],
        ['refresh', 'true'],
      ]);
    },
  );

  it('reads code, help and environment of an error', async () => {
    const { api } = respondWith(
      errorBody({
        status: 403,
        name: 'NotAllowedError',
        message: 'the token lacks `storage:smartscape:read`',
        code: 'missing-scope',
        help: 'grant `storage:smartscape:read`',
        environment: 'production',
      }),
    );
    await expect(api.getCardAnswer(request)).rejects.toMatchObject({
      name: 'DynatraceRequestError',
      message: 'the token lacks `storage:smartscape:read`',
      code: 'missing-scope',
      help: 'grant `storage:smartscape:read`',
      environment: 'production',
      status: 403,
    });
  });

  it.each([
    [400, 'InputError', 'invalid-request'],
    [401, 'AuthenticationError', 'signed-out'],
    [403, 'NotAllowedError', 'not-allowed'],
    [404, 'NotFoundError', 'entity-not-found'],
    [500, 'Error', 'request-failed'],
    [503, 'ServiceUnavailableError', 'unavailable'],
  ])(
    'gives an error of Backstage with status %d (%s) the code `%s`',
    async (status, name, code) => {
      const { api } = respondWith(
        errorBody({ status, name, message: 'because' }),
      );
      await expect(api.getCardAnswer(request)).rejects.toMatchObject({
        code,
        status,
        message: 'because',
        help: undefined,
      });
    },
  );

  it('takes a bare 404 for a backend without the plugin', async () => {
    const { api } = respondWith({ text: '', status: 404 });
    await expect(api.getCardAnswer(request)).rejects.toMatchObject({
      code: 'backend-missing',
      status: 404,
    });
  });

  it.each([
    ['a page', { text: '<!doctype html><title>Sign in</title>' }],
    ['JSON that is no answer', { body: { status: 'ok' } }],
    ['half an answer', { body: { ...answer(), sections: undefined } }],
    ['nothing', { body: null }],
  ])('refuses %s in place of an answer', async (_, response) => {
    const { api } = respondWith(response);
    await expect(api.getCardAnswer(request)).rejects.toMatchObject({
      code: 'unexpected-response',
      status: 200,
    });
  });

  it('says that the backend cannot be reached', async () => {
    const failure = new TypeError('Failed to fetch');
    const { api } = respondWith({ failure });
    await expect(api.getCardAnswer(request)).rejects.toMatchObject({
      code: 'network',
      status: undefined,
      cause: failure,
    });
  });

  it('does not take giving up for a failure', async () => {
    const { api, requests } = respondWith({ body: answer() });
    const controller = new AbortController();
    controller.abort();
    await expect(
      api.getCardAnswer(request, { signal: controller.signal }),
    ).rejects.toHaveProperty('name', 'AbortError');
    expect(requests[0].signal).toBe(controller.signal);
  });

  it('tells the names of the environments, also of those that fail', async () => {
    const { api, requests } = respondWith({
      body: {
        environments: [
          { name: 'production', state: 'ok' },
          { name: 'staging', state: 'failed' },
        ],
      },
    });
    await expect(api.getEnvironmentNames()).resolves.toEqual([
      'production',
      'staging',
    ]);
    expect(requests[0].url.pathname).toBe('/api/dynatrace/v1/health');
  });

  it('asks for the guardians of an environment', async () => {
    const list = { environment: 'a&b', guardians: [] };
    const { api, requests } = respondWith({ body: list });
    await expect(api.getGuardians({ environment: 'a&b' })).resolves.toEqual(
      list,
    );
    await api.getGuardians({});
    expect(requests.map(({ url }) => url.pathname + url.search)).toEqual([
      '/api/dynatrace/v1/guardians?environment=a%26b',
      '/api/dynatrace/v1/guardians',
    ]);
  });

  it.each([
    ['a page', { text: '<!doctype html><title>Sign in</title>' }],
    ['an answer to something else', { body: { status: 'ok' } }],
  ])('refuses %s in place of what is found in a query', async (_, response) => {
    const { api } = respondWith(response);
    await expect(api.checkDql({ query: 'fetch logs' })).rejects.toMatchObject({
      code: 'unexpected-response',
    });
  });
});
