import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import request from 'supertest';
import { Sandbox } from './__testUtils__/Sandbox';
import { dynatracePlugin } from './plugin';

jest.setTimeout(60_000);

const guardians = '/api/dynatrace/v1/guardians';
const check = '/api/dynatrace/v1/dql/check';

describe('what forms of templates ask', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
  });

  afterAll(async () => {
    await sandbox?.stop();
  });

  beforeEach(() => sandbox.reset());

  /** @param denied - the permission that the policy refuses */
  async function startBackend(denied?: string) {
    const { server } = await startTestBackend({
      features: [
        dynatracePlugin,
        mockServices.rootConfig.factory({
          data: { dynatrace: { environments: [sandbox.environment()] } },
        }),
        catalogServiceMock.factory(),
        mockServices.permissions.mock({
          authorize: async requests =>
            requests.map(({ permission }) => ({
              result:
                permission.name === denied
                  ? AuthorizeResult.DENY
                  : AuthorizeResult.ALLOW,
            })),
        }).factory,
      ],
    });
    return server;
  }

  it('lists the guardians of an environment, also those that never ran', async () => {
    const server = await startBackend();
    const { status, body } = await request(server).get(
      `${guardians}?environment=production`,
    );
    expect(status).toBe(200);
    expect(body.environment).toBe('production');
    const names: string[] = body.guardians.map(
      ({ name }: { name: string }) => name,
    );
    expect(names).toContain('cart production');
    expect(names).toEqual(names.toSorted());
    expect(body.guardians).toContainEqual({
      id: expect.any(String),
      name: expect.any(String),
      business: true,
    });
  });

  it.each([
    ['an environment that is not configured', '?environment=elsewhere', 404],
    ['several environments', '?environment=a&environment=b', 400],
  ])('refuses the guardians of %s', async (_, query, status) => {
    const server = await startBackend();
    const response = await request(server).get(guardians + query);
    expect(response.status).toBe(status);
  });

  it('says which environment does not give its guardians', async () => {
    const server = await startBackend();
    await sandbox.fault({
      kind: 'server-error',
      status: 500,
      route: 'settings',
    });
    const { status, body } = await request(server).get(guardians);
    expect(status).toBeGreaterThanOrEqual(500);
    expect(body).toMatchObject({ environment: 'production' });
  });

  it('checks a query without asking Dynatrace', async () => {
    const server = await startBackend();
    const valid = await request(server)
      .post(check)
      .send({ query: 'fetch logs | append [fetch bizevents]' });
    expect(valid.body).toMatchObject({
      valid: true,
      findings: [],
      tables: ['logs', 'bizevents'],
    });
    const wrong = await request(server)
      .post(check)
      .send({ query: 'fetch logs\n| fliter a == 1' });
    expect(wrong.status).toBe(200);
    expect(wrong.body).toMatchObject({
      valid: false,
      findings: [
        {
          code: 'UNKNOWN_COMMAND',
          start: { line: 2, column: 3 },
          fixed: 'fetch logs\n| filter a == 1',
        },
      ],
    });
    expect((await sandbox.calls()).execute ?? 0).toBe(0);
  });

  it('reads a query in the dialect that is asked for', async () => {
    const server = await startBackend();
    const { body } = await request(server)
      .post(check)
      .send({ query: 'filter a == 1', dialect: 'snippet' });
    expect(body).toMatchObject({ valid: true });
  });

  it.each([
    ['no query', {}, 400],
    ['a query that is no text', { query: 1 }, 400],
    ['an unknown dialect', { query: 'fetch logs', dialect: 'sql' }, 400],
    ['an unknown key', { query: 'fetch logs', run: true }, 400],
    ['more than a form holds', { query: 'x'.repeat(70_000) }, 413],
  ])('refuses %s', async (_, body, status) => {
    const server = await startBackend();
    const response = await request(server).post(check).send(body);
    expect(response.status).toBe(status);
  });

  it.each([
    ['guardians', 'dynatrace.guardian.read', 'get', guardians],
    ['the check of a query', 'dynatrace.dql.check', 'post', check],
  ] as const)(
    'refuses %s without the permission %s, and to nobody',
    async (_, permission, method, path) => {
      const server = await startBackend(permission);
      const ask = () => request(server)[method](path).send({ query: 'x' });
      expect(await ask()).toMatchObject({
        status: 403,
        body: {
          error: { message: expect.stringContaining(`\`${permission}\``) },
        },
      });
      const anonymous = await ask().set(
        'Authorization',
        mockCredentials.none.header(),
      );
      expect(anonymous.status).toBe(401);
      expect((await sandbox.calls()).settings ?? 0).toBe(0);
    },
  );
});
