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
import request from 'supertest';
import { Sandbox } from './__testUtils__/Sandbox';
import { dynatracePlugin } from './plugin';

/** The log lines of a component by level. */
const lines = `fetch logs, from:-2h
| filter k8s.workload.name == "$\{componentName}"
| summarize lines = count(), by:{loglevel}`;

const payment: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'payment',
    namespace: 'default',
    dynatrace: {
      queries: [
        { id: 'lines', description: 'Lines by level', query: lines },
        { id: 'visitors', query: 'fetch user.sessions | limit 5' },
      ],
    },
  },
};

const entityRef = 'component:default/payment';
const customPath = '/api/dynatrace/v1/queries/custom';
const custom = `${customPath}/lines?entityRef=${entityRef}`;
const catalog = `/api/dynatrace/v1/queries/catalog?entityRef=${entityRef}`;

describe('queries that people write', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
  });

  afterAll(async () => {
    await sandbox?.stop();
  });

  /** A backend that has looked after the health of the environment: what is counted from here on is of queries. */
  async function startBackend(options?: {
    entities?: Entity[];
    denied?: boolean;
    policy?: JsonObject;
  }) {
    const permissions = mockServices.permissions.mock({
      authorize: (async requests =>
        requests.map(() => ({
          result: options?.denied
            ? AuthorizeResult.DENY
            : AuthorizeResult.ALLOW,
        }))) satisfies PermissionsService['authorize'],
    });
    const succeeded = jest.fn();
    const failed = jest.fn();
    const auditor = mockServices.auditor.mock({
      createEvent: async () => ({ success: succeeded, fail: failed }),
    });
    const { server } = await startTestBackend({
      features: [
        dynatracePlugin,
        auditor.factory,
        catalogServiceMock.factory({
          entities: options?.entities ?? [payment],
        }),
        mockServices.rootConfig.factory({
          data: {
            dynatrace: {
              environments: [sandbox.environment()],
              queries: [{ id: 'lines', query: lines }],
              ...(options?.policy && { policy: options.policy }),
            },
          },
        }),
        permissions.factory,
      ],
    });
    const health = await request(server).get('/api/dynatrace/v1/health');
    expect(health.body.environments).toMatchObject([{ state: 'ok' }]);
    await sandbox.reset();
    return { auditor, failed, permissions, server, succeeded };
  }

  /** How often Dynatrace was asked for anything. */
  async function calls() {
    const counted = Object.values(await sandbox.calls());
    return counted.reduce((sum, count) => sum + count, 0);
  }

  const routes = [
    { kind: 'the configuration', path: custom, name: 'dynatrace.card.read' },
    { kind: 'an entity', path: catalog, name: 'dynatrace.query.catalog' },
  ];

  it.each(routes)(
    'refuses those of $kind without the permission $name, before anything is asked of Dynatrace',
    async ({ path, name }) => {
      const { auditor, permissions, server } = await startBackend({
        denied: true,
      });
      const response = await request(server).get(path);
      expect(response.status).toBe(403);
      expect(response.body.error).toMatchObject({
        name: 'NotAllowedError',
        message: expect.stringContaining(`\`${name}\``),
      });
      expect(permissions.authorize).toHaveBeenCalledWith(
        [
          {
            permission: expect.objectContaining({ name }),
            resourceRef: entityRef,
          },
        ],
        expect.anything(),
      );
      expect(await calls()).toBe(0);
      expect(auditor.createEvent).not.toHaveBeenCalled();
    },
  );

  it.each(routes)(
    'does not tell hidden entities from missing ones for those of $kind',
    async ({ path }) => {
      const { permissions, server } = await startBackend({ entities: [] });
      const response = await request(server).get(path);
      expect(response.status).toBe(404);
      expect(response.body.error).toMatchObject({
        message: `there is no entity \`${entityRef}\``,
      });
      expect(permissions.authorize).not.toHaveBeenCalled();
      expect(await calls()).toBe(0);
    },
  );

  it.each(routes)('refuses anonymous callers of $kind', async ({ path }) => {
    const { server } = await startBackend();
    const response = await request(server)
      .get(path)
      .set('Authorization', mockCredentials.none.header());
    expect(response.status).toBe(401);
    expect(await calls()).toBe(0);
  });

  it('answers a query of the configuration for an entity', async () => {
    const { auditor, server } = await startBackend();
    const response = await request(server).get(custom);
    expect(response.body).toMatchObject({
      id: 'custom.lines',
      answer: {
        state: 'ready',
        environments: [{ name: 'production', state: 'ready' }],
        sections: [
          {
            type: 'table',
            columns: [{ title: 'loglevel' }, { title: 'lines' }],
          },
        ],
      },
    });
    expect(response.status).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'private, no-store',
    });
    const [{ queries }] = response.body.answer.environments;
    expect(queries[0].query).toContain('"payment"');
    expect(await sandbox.calls()).toMatchObject({ execute: 1 });
    // What an operator wrote is not what a user asks.
    expect(auditor.createEvent).not.toHaveBeenCalled();
  });

  it('knows no other queries than the configured', async () => {
    const { server } = await startBackend();
    const response = await request(server).get(
      `${customPath}/constructor?entityRef=${entityRef}`,
    );
    expect(response.status).toBe(404);
    expect(response.body).toMatchObject({
      code: 'unknown-query',
      help: expect.stringContaining('`custom.lines`'),
    });
    expect(await calls()).toBe(0);
  });

  it('answers the queries of an entity, and refuses one against the policy without asking it', async () => {
    const { server } = await startBackend();
    const { body, status } = await request(server).get(catalog);
    expect(status).toBe(200);
    expect(body.queries).toMatchObject([
      {
        id: 'catalog.lines',
        description: 'Lines by level',
        answer: { state: 'ready' },
      },
      {
        id: 'catalog.visitors',
        refusal: {
          code: 'policy',
          findings: [{ start: { line: 1, column: 7 } }],
        },
      },
    ]);
    expect(body.queries[1]).not.toHaveProperty('answer');
    expect(await sandbox.calls()).toMatchObject({ execute: 1 });
  });

  it('says which parameter it cannot read, and asks nothing', async () => {
    const { server } = await startBackend();
    for (const refreshOnly of ['', 'a&refreshOnly=b']) {
      const { body, status } = await request(server).get(
        `${catalog}&refresh=true&refreshOnly=${refreshOnly}`,
      );
      expect(status).toBe(400);
      expect(body.error.message).toContain('`refreshOnly`');
    }
    const answered = await request(server).get(
      `${catalog}&refresh=true&refreshOnly=catalog.lines`,
    );
    expect(answered.body.queries).toHaveLength(2);
    expect(await sandbox.calls()).toMatchObject({ execute: 1 });
  });

  it('leaves an audit event of the queries of an entity, without their text', async () => {
    const { auditor, failed, server, succeeded } = await startBackend();
    await request(server).get(catalog);
    expect(auditor.createEvent).toHaveBeenCalledTimes(1);
    expect(auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        eventId: 'catalog-queries',
        meta: { entityRef },
      }),
    );
    expect(failed).not.toHaveBeenCalled();
    expect(succeeded).toHaveBeenCalledTimes(1);
    const [[{ meta }]] = succeeded.mock.calls;
    expect(meta).toEqual({
      scannedBytes: expect.any(Number),
      queries: [
        {
          environment: 'production',
          fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
          outcome: 'ok',
          cache: 'miss',
          scannedBytes: meta.scannedBytes,
        },
      ],
    });
    expect(meta.scannedBytes).toBeGreaterThan(0);
    expect(JSON.stringify(meta)).not.toMatch(/fetch|payment/);
  });

  it('audits the attempt where the policy turns such queries off, and asks nothing', async () => {
    const { failed, server, succeeded } = await startBackend({
      policy: { catalogQueries: { enabled: false } },
    });
    const response = await request(server).get(catalog);
    expect(response.status).toBe(403);
    expect(response.body).toMatchObject({ code: 'queries-off' });
    expect(failed).toHaveBeenCalledTimes(1);
    expect(succeeded).not.toHaveBeenCalled();
    expect(await calls()).toBe(0);
  });
});
