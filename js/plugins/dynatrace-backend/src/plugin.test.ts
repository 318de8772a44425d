import { PermissionsService } from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { JsonObject } from '@backstage/types';
import { dynatracePermissions } from '@grailstage/backstage-plugin-dynatrace-common';
import request from 'supertest';
import { DynatraceEnvironment } from './__testUtils__/DynatraceEnvironment';
import { dynatracePlugin } from './plugin';

const cart: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'cart',
    namespace: 'default',
    annotations: { 'backstage.io/kubernetes-id': 'webshop.cart' },
  },
  spec: { type: 'service', owner: 'group:default/webshop' },
};

const cardPath = '/api/dynatrace/v1/cards/kubernetes-deployments';
const cartCard = `${cardPath}?entityRef=component:default/cart`;
const clientSecret = 'dt0s02.TEST.VERY-SECRET';

describe('dynatracePlugin', () => {
  let environment: DynatraceEnvironment;

  beforeEach(async () => {
    environment = await DynatraceEnvironment.start();
  });

  afterEach(async () => {
    await environment.stop();
  });

  function environmentConfig(): JsonObject {
    return {
      name: 'production',
      url: environment.url,
      clientId: 'dt0s02.TEST',
      clientSecret,
      accountUrn: 'urn:dtaccount:test',
      tokenUrl: `${environment.url}/sso/oauth2/token`,
    };
  }

  async function startBackend(options?: {
    entities?: Entity[];
    dynatrace?: JsonObject | string;
    permissions?: Partial<PermissionsService>;
  }) {
    const logger = mockServices.logger.mock();
    logger.child.mockReturnValue(logger);
    const catalog = catalogServiceMock({
      entities: options?.entities ?? [cart],
    });
    const getEntityByRef = jest.spyOn(catalog, 'getEntityByRef');
    const permissions = mockServices.permissions.mock({
      authorize: async requests =>
        requests.map(() => ({ result: AuthorizeResult.ALLOW })),
      ...options?.permissions,
    });
    const { server } = await startTestBackend({
      features: [
        dynatracePlugin,
        mockServices.rootConfig.factory({
          data: {
            ...(options && 'dynatrace' in options
              ? options.dynatrace && { dynatrace: options.dynatrace }
              : { dynatrace: { environments: [environmentConfig()] } }),
          },
        }),
        catalogServiceMock.mock({
          getEntities: catalog.getEntities.bind(catalog),
          getEntityByRef: catalog.getEntityByRef.bind(catalog),
        }).factory,
        permissions.factory,
        logger.factory,
      ],
    });
    const logged = () =>
      JSON.stringify([
        logger.error.mock.calls,
        logger.warn.mock.calls,
        logger.info.mock.calls,
        logger.debug.mock.calls,
      ]);
    return { server, getEntityByRef, permissions, logger, logged };
  }

  it('says that it is healthy, to everyone', async () => {
    const { server } = await startBackend();
    const response = await request(server)
      .get('/api/dynatrace/health')
      .set('Authorization', mockCredentials.none.header());
    expect(response.status).toBe(200);
    expect(response.body).toEqual({ status: 'ok' });
  });

  describe('GET /v1/health', () => {
    it('says how each environment fares, and asks Dynatrace no more often than needed', async () => {
      const { server, logged } = await startBackend({
        dynatrace: {
          environments: [
            environmentConfig(),
            { name: 'staging', url: 'http://example.org', clientSecret },
          ],
        },
      });
      const health = await Promise.all(
        Array.from({ length: 5 }, () =>
          request(server).get('/api/dynatrace/v1/health'),
        ),
      );
      expect(health[4].body.environments).toMatchObject([
        { name: 'production', state: 'ok', credentialsAccepted: true },
        {
          name: 'staging',
          state: 'failed',
          error: { code: 'invalid-config' },
        },
      ]);
      expect(environment.verified).toBe(1);
      expect(JSON.stringify(health[4].body)).not.toContain(clientSecret);
      expect(logged()).not.toContain(clientSecret);
    });

    it('is not for anonymous callers', async () => {
      const { server } = await startBackend();
      const response = await request(server)
        .get('/api/dynatrace/v1/health')
        .set('Authorization', mockCredentials.none.header());
      expect(response.status).toBe(401);
    });
  });

  it('tells the permission backend its permissions', async () => {
    const { server } = await startBackend();
    const { body } = await request(server).get(
      '/api/dynatrace/.well-known/backstage/permissions/metadata',
    );
    expect(body.permissions).toEqual(dynatracePermissions);
    expect(body.permissions).toContainEqual({
      type: 'resource',
      name: 'dynatrace.card.read',
      attributes: { action: 'read' },
      resourceType: 'catalog-entity',
    });
  });

  describe('GET /v1/cards/{card}', () => {
    it('answers a card of an entity', async () => {
      const { server } = await startBackend();
      const response = await request(server).get(cartCard);
      expect(response.body).toMatchObject({
        card: 'kubernetes-deployments',
        state: 'empty',
        environments: [
          {
            name: 'production',
            state: 'ready',
            records: 0,
            cache: 'miss',
            ageMillis: expect.any(Number),
          },
        ],
      });
      expect(response.status).toBe(200);
      expect(response.headers).toMatchObject({
        'content-type': 'application/json',
        'cache-control': 'private, no-store',
        'content-length': String(Buffer.byteLength(response.text)),
      });
      expect(environment.executed).toHaveLength(1);
    });

    it('asks once for fifty viewers and for the one who comes after', async () => {
      const { server } = await startBackend();
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => request(server).get(cartCard)),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(
        new Set([200]),
      );
      const { body } = await request(server).get(cartCard);
      // Until the answer is stored, it is shared.
      expect(['hit', 'shared']).toContain(body.environments[0].cache);
      expect(environment.executed).toHaveLength(1);
    });

    it('answers services as well as users', async () => {
      const { server } = await startBackend();
      const response = await request(server)
        .get(cartCard)
        .set(
          'Authorization',
          mockCredentials.service.header({
            onBehalfOf: mockCredentials.service('plugin:other'),
            targetPluginId: 'dynatrace',
          }),
        );
      expect(response.status).toBe(200);
    });

    it('asks catalog and permissions on behalf of the caller', async () => {
      const { server, getEntityByRef, permissions } = await startBackend();
      await request(server)
        .get(cartCard)
        .set('Authorization', mockCredentials.user.header('user:default/ada'));
      const credentials = expect.objectContaining({
        principal: { type: 'user', userEntityRef: 'user:default/ada' },
      });
      expect(getEntityByRef).toHaveBeenCalledWith(
        { kind: 'component', namespace: 'default', name: 'cart' },
        { credentials },
      );
      expect(permissions.authorize).toHaveBeenCalledWith(
        [
          {
            permission: expect.objectContaining({
              name: 'dynatrace.card.read',
            }),
            resourceRef: 'component:default/cart',
          },
        ],
        { credentials },
      );
    });

    it('refuses anonymous callers', async () => {
      const { server, getEntityByRef } = await startBackend();
      const response = await request(server)
        .get(cartCard)
        .set('Authorization', mockCredentials.none.header());
      expect(response.status).toBe(401);
      expect(getEntityByRef).not.toHaveBeenCalled();
    });

    it('asks about the components of a system that the caller may read, at once', async () => {
      const part = (name: string): Entity => ({
        ...cart,
        metadata: {
          name,
          namespace: 'default',
          annotations: { 'backstage.io/kubernetes-id': `webshop.${name}` },
        },
        relations: [{ type: 'partOf', targetRef: 'system:default/webshop' }],
      });
      const webshop: Entity = {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'System',
        metadata: { name: 'webshop', namespace: 'default' },
      };
      const { server } = await startBackend({
        entities: [webshop, part('cart'), part('payment'), part('secret')],
        permissions: {
          authorize: async requests =>
            requests.map(({ resourceRef }) => ({
              result: resourceRef?.endsWith('/secret')
                ? AuthorizeResult.DENY
                : AuthorizeResult.ALLOW,
            })),
        },
      });

      const { status, body } = await request(server).get(
        `${cardPath}?entityRef=system:default/webshop`,
      );

      expect(status).toBe(200);
      const [{ queries }] = body.environments;
      expect(queries).toHaveLength(1);
      expect(queries[0].query).toContain('webshop.cart');
      expect(queries[0].query).toContain('webshop.payment');
      expect(queries[0].query).not.toContain('webshop.secret');
    });

    it('refuses callers without the permission before anything is asked of Dynatrace', async () => {
      const { server } = await startBackend({
        permissions: {
          authorize: async () => [{ result: AuthorizeResult.DENY }],
        },
      });
      const response = await request(server).get(cartCard);
      expect(response.status).toBe(403);
      expect(response.body.error).toMatchObject({
        name: 'NotAllowedError',
        message: expect.stringContaining('`dynatrace.card.read`'),
      });
      expect(environment.executed).toEqual([]);
    });

    it('does not tell hidden entities from missing ones, nor ask for permission', async () => {
      const { server, permissions } = await startBackend({
        entities: [],
        permissions: {
          authorize: async () => [{ result: AuthorizeResult.DENY }],
        },
      });
      const response = await request(server).get(cartCard);
      expect(response.status).toBe(404);
      expect(response.body.error).toMatchObject({
        name: 'NotFoundError',
        message: 'there is no entity `component:default/cart`',
      });
      expect(permissions.authorize).not.toHaveBeenCalled();
    });

    it.each([
      ['', '`entityRef` is missing'],
      ['?entityRef=cart', '`cart` is not an entity reference'],
      ['?entityRef=component:default/cart&from=now', '`from` is `now`'],
      [
        '?entityRef=component:default/cart&entityRef=component:default/b',
        '`entityRef`',
      ],
    ])('refuses the query `%s`', async (query, message) => {
      const { server } = await startBackend();
      const response = await request(server).get(`${cardPath}${query}`);
      expect(response.status).toBe(400);
      expect(response.body.error).toMatchObject({
        name: 'InputError',
        message: expect.stringContaining(message),
      });
    });

    it('knows no other cards than the core', async () => {
      const { server } = await startBackend();
      const response = await request(server).get(
        '/api/dynatrace/v1/cards/constructor?entityRef=component:default/cart',
      );
      expect(response.status).toBe(404);
      expect(response.body).toMatchObject({
        code: 'unknown-card',
        error: { name: 'NotFoundError' },
      });
    });

    it('knows no other environments than the configured', async () => {
      const { server } = await startBackend();
      const response = await request(server).get(
        `${cartCard}&environment=staging`,
      );
      expect(response.status).toBe(404);
      expect(response.body).toMatchObject({ code: 'unknown-environment' });
    });

    it('points at the fault in a label selector', async () => {
      const { server } = await startBackend({
        entities: [
          {
            ...cart,
            metadata: {
              ...cart.metadata,
              annotations: {
                'backstage.io/kubernetes-label-selector': 'app in (cart',
              },
            },
          },
        ],
      });
      const response = await request(server).get(cartCard);
      expect(response.status).toBe(400);
      expect(response.body).toMatchObject({
        code: 'invalid-label-selector',
        span: { start: expect.any(Number), end: expect.any(Number) },
      });
      expect(environment.executed).toEqual([]);
    });

    it('names the annotations an entity lacks', async () => {
      const { server } = await startBackend({
        entities: [
          { ...cart, metadata: { name: 'cart', namespace: 'default' } },
        ],
      });
      const { body, status } = await request(server).get(cartCard);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        state: 'missing-annotation',
        annotations: expect.arrayContaining(['backstage.io/kubernetes-id']),
      });
    });

    it('cancels the query in Dynatrace when the client goes away', async () => {
      environment.behaviour = 'endless';
      const { server } = await startBackend();
      const polled = environment.polled();
      const abandoned = environment.abandoned();
      const cancelled = environment.cancelled();
      const client = new AbortController();
      const response = fetch(`http://localhost:${server.port()}${cartCard}`, {
        headers: { authorization: mockCredentials.user.header() },
        signal: client.signal,
      });
      await polled;
      client.abort();
      await expect(response).rejects.toThrow('aborted');
      await Promise.all([abandoned, cancelled]);
    });

    it('turns the failure of an environment into a note', async () => {
      environment.behaviour = 'refused';
      const { server } = await startBackend();
      const { body, status } = await request(server).get(cartCard);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        state: 'failed',
        notes: [{ severity: 'error', environment: 'production' }],
        environments: [{ name: 'production', state: 'failed' }],
      });
    });

    it('answers from one environment where the other is down', async () => {
      const stopped = await DynatraceEnvironment.start();
      const { url } = stopped;
      await stopped.stop();
      const { server, logged } = await startBackend({
        dynatrace: {
          environments: [
            environmentConfig(),
            { name: 'staging', url, platformToken: 'dt0s16.TEST.VERY-SECRET' },
          ],
        },
      });
      const { body, status } = await request(server).get(cartCard);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        notes: [{ code: 'unreachable', environment: 'staging' }],
        environments: [
          { name: 'production', state: 'ready' },
          { name: 'staging', state: 'failed' },
        ],
      });
      expect(JSON.stringify(body)).not.toContain('VERY-SECRET');
      expect(logged()).not.toContain('VERY-SECRET');
    });
  });

  describe('configuration', () => {
    it('is not needed to start', async () => {
      const { server, logger } = await startBackend({ dynatrace: undefined });
      const { body, status } = await request(server).get(cartCard);
      expect(status).toBe(200);
      expect(body).toMatchObject({ state: 'not-configured' });
      expect(logger.warn).not.toHaveBeenCalled();
    });

    it('leaves the keys of other plugins alone', async () => {
      const { server, logger } = await startBackend({
        dynatrace: {
          baseUrl: 'https://abc12345.live.dynatrace.com',
          queries: [{ id: 'errors', query: 'fetch logs' }],
        },
      });
      const { body } = await request(server).get(cartCard);
      expect(body).toMatchObject({ state: 'not-configured' });
      expect(logger.warn).not.toHaveBeenCalled();
    });

    it('is reported once per broken environment, and the others work', async () => {
      const { server, logger, logged } = await startBackend({
        dynatrace: {
          environments: [
            environmentConfig(),
            { name: 'staging', url: 'http://example.org', clientSecret },
          ],
        },
      });
      await request(server).get(cartCard);
      const { body, status } = await request(server).get(
        `${cartCard}&environment=production`,
      );
      expect(status).toBe(200);
      expect(body.environments).toMatchObject([
        { name: 'production', state: 'ready' },
      ]);
      expect(logger.warn.mock.calls).toEqual([
        [
          expect.stringMatching(
            /^Dynatrace environment 'staging' cannot be used: `url`/,
          ),
        ],
      ]);
      expect(logged()).not.toContain(clientSecret);
    });

    it('does not stop the backend where it cannot be read', async () => {
      const { server, logger } = await startBackend({
        dynatrace: { environments: 'production' },
      });
      expect(logger.error).toHaveBeenCalledWith(
        expect.stringContaining('Dynatrace cannot be used'),
      );
      const health = await request(server).get('/api/dynatrace/health');
      expect(health.status).toBe(200);
      const response = await request(server).get(cartCard);
      expect(response.status).toBe(500);
      expect(response.body).toMatchObject({ code: 'invalid-config' });
    });
  });
});
