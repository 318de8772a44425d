import { cacheServiceFactory } from '@backstage/backend-defaults/cache';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { JsonObject } from '@backstage/types';
import request from 'supertest';
import { Sandbox } from './__testUtils__/Sandbox';
import { startRedis } from './__testUtils__/startRedis';
import { dynatracePlugin } from './plugin';

const cart: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'cart',
    namespace: 'default',
    annotations: { 'backstage.io/kubernetes-id': 'webshop.cart' },
  },
};

/** So long ago an answer may have been asked for to do for a refresh. */
const NEW_ENOUGH_MILLIS = 5000;

const card =
  '/api/dynatrace/v1/cards/kubernetes-deployments?entityRef=component:default/cart';

describe('what views of a card cost in Dynatrace', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
  });

  beforeEach(async () => {
    await sandbox.reset();
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  afterAll(async () => {
    await sandbox?.stop();
  });

  /** A backend whose token is warm: it has looked after the health of the environment. */
  async function startReplica(cache: JsonObject = { store: 'memory' }) {
    const { server } = await startTestBackend({
      features: [
        dynatracePlugin,
        cacheServiceFactory,
        catalogServiceMock.factory({ entities: [cart] }),
        mockServices.rootConfig.factory({
          data: {
            backend: { cache },
            dynatrace: { environments: [sandbox.environment()] },
          },
        }),
      ],
    });
    const health = await request(server).get('/api/dynatrace/v1/health');
    expect(health.body.environments).toMatchObject([{ state: 'ok' }]);
    await sandbox.reset();
    const ask = async (query: { refresh?: boolean } = {}) => {
      const { body } = await request(server).get(card).query(query);
      expect(body).toMatchObject({ state: 'ready', notes: [] });
      return body.environments[0] as { cache: string; ageMillis: number };
    };
    return { ask, view: async () => (await ask()).cache };
  }

  async function cost() {
    const { token = 0, execute = 0, poll = 0 } = await sandbox.calls();
    return token + execute + poll;
  }

  it('is one call for the first and none for the second', async () => {
    const { view } = await startReplica();
    expect(await view()).toBe('miss');
    expect(await cost()).toBe(1);
    // Until the answer is stored, it is shared.
    expect(['hit', 'shared']).toContain(await view());
    expect(await cost()).toBe(1);
  });

  it('is one call for fifty at the same time', async () => {
    const { view } = await startReplica();
    await sandbox.fault({ route: 'execute', kind: 'latency', millis: 300 });
    await Promise.all(Array.from({ length: 50 }, () => view()));
    expect(await cost()).toBe(1);
  });

  it('is one call for fifty who refresh at the same time, and none within seconds of the last answer', async () => {
    const { ask, view } = await startReplica();
    await view();
    while ((await view()) !== 'hit') {
      // It is not stored yet.
    }
    await ask({ refresh: true });
    expect(await cost()).toBe(1);

    const later = Date.now() + NEW_ENOUGH_MILLIS + 1;
    jest.spyOn(Date, 'now').mockReturnValue(later);
    await sandbox.fault({ route: 'execute', kind: 'latency', millis: 300 });
    const refreshes = Array.from({ length: 50 }, () => ask({ refresh: true }));
    for (const { ageMillis } of await Promise.all(refreshes)) {
      expect(ageMillis).toBe(0);
    }
    expect(await cost()).toBe(2);
    while ((await ask()).ageMillis > 0) {
      // What the refresh brought is not stored yet.
    }
    expect(await cost()).toBe(2);
  });

  it('is at most two calls for a query of three seconds', async () => {
    const { view } = await startReplica();
    await sandbox.fault({ route: 'execute', kind: 'slow-query', millis: 3000 });
    await view();
    expect(await cost()).toBeLessThanOrEqual(2);
  }, 30_000);

  describe('in two replicas that share a Redis', () => {
    it('is at most two calls for fifty each, and none for who comes after', async () => {
      const cache = { store: 'redis', connection: await startRedis() };
      const replicas = [await startReplica(cache), await startReplica(cache)];
      await sandbox.fault({ route: 'execute', kind: 'latency', millis: 500 });
      await Promise.all(
        Array.from({ length: 100 }, (_, viewer) => replicas[viewer % 2].view()),
      );
      const calls = await cost();
      expect(calls).toBeLessThanOrEqual(2);
      while ((await replicas[0].view()) !== 'hit') {
        // It is not stored yet.
      }
      const late = await startReplica(cache);
      expect(await late.view()).toBe('hit');
      expect(await cost()).toBe(0);
    });
  });
});
