import { auditorServiceFactory } from '@backstage/backend-defaults/auditor';
import { httpAuthServiceFactory } from '@backstage/backend-defaults/httpAuth';
import { permissionsServiceFactory } from '@backstage/backend-defaults/permissions';
import { permissionsRegistryServiceFactory } from '@backstage/backend-defaults/permissionsRegistry';
import {
  coreServices,
  createBackendModule,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestBackend,
} from '@backstage/backend-test-utils';
import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  Entity,
} from '@backstage/catalog-model';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import {
  catalogConditions,
  createCatalogConditionalDecision,
} from '@backstage/plugin-catalog-backend/alpha';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import permissionPlugin from '@backstage/plugin-permission-backend';
import {
  AuthorizeResult,
  isResourcePermission,
} from '@backstage/plugin-permission-common';
import { PermissionPolicy } from '@backstage/plugin-permission-node';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import { dynatracePermissions } from '@grailstage/backstage-plugin-dynatrace-common';
import request from 'supertest';
import { Sandbox } from './__testUtils__/Sandbox';
import { dynatracePlugin } from './plugin';

const location = 'url:https://catalog.example/all.yaml';

const payment: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'payment',
    annotations: {
      [ANNOTATION_LOCATION]: location,
      [ANNOTATION_ORIGIN_LOCATION]: location,
      'backstage.io/kubernetes-id': 'webshop.payment',
    },
    dynatrace: { queries: [{ id: 'lines', query: 'fetch logs | limit 1' }] },
  },
  spec: { type: 'service', lifecycle: 'production', owner: 'user:default/ada' },
};

const names = new Set(dynatracePermissions.map(({ name }) => name));

/** Those who own an entity see what Dynatrace says of it; all else is allowed. */
const ownersOnly: PermissionPolicy = {
  async handle({ permission }, user) {
    return isResourcePermission(permission, 'catalog-entity') &&
      names.has(permission.name)
      ? createCatalogConditionalDecision(
          permission,
          catalogConditions.isEntityOwner({
            claims: user?.info.ownershipEntityRefs ?? [],
          }),
        )
      : { result: AuthorizeResult.ALLOW };
  },
};

/**
 * The service of tests, apart from this: a plugin that asks for a user is told from the user, as in a real backend. The
 * permission backend gives conditions to plugins only.
 */
const authServiceFactory = createServiceFactory({
  service: coreServices.auth,
  deps: { plugin: coreServices.pluginMetadata },
  factory({ plugin }) {
    const auth = mockServices.auth({ pluginId: plugin.getId() });
    const authenticate = auth.authenticate.bind(auth);
    auth.authenticate = async (token, options) => {
      const credentials = await authenticate(token, options);
      return auth.isPrincipal(credentials, 'user') &&
        !token.startsWith('mock-user-token')
        ? mockCredentials.user(credentials.principal.userEntityRef, {
            actor: { subject: 'plugin:of-test' },
          })
        : credentials;
    };
    return auth;
  },
});

const catalogModule = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'payment',
  register(env) {
    env.registerInit({
      deps: { catalog: catalogProcessingExtensionPoint },
      async init({ catalog }) {
        catalog.addEntityProvider({
          getProviderName: () => 'payment',
          connect: connection =>
            connection.applyMutation({
              type: 'full',
              entities: [{ entity: payment, locationKey: 'payment' }],
            }),
        });
      },
    });
  },
});

const policyModule = createBackendModule({
  pluginId: 'permission',
  moduleId: 'owners-only',
  register(env) {
    env.registerInit({
      deps: { policy: policyExtensionPoint },
      async init({ policy }) {
        policy.setPolicy(ownersOnly);
      },
    });
  },
});

describe('a policy with conditions of the catalog, decided by the permission backend of Backstage', () => {
  let sandbox: Sandbox;
  let server: TestBackend['server'];

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    ({ server } = await startTestBackend({
      features: [
        auditorServiceFactory,
        authServiceFactory,
        catalogPlugin,
        catalogModule,
        dynatracePlugin,
        httpAuthServiceFactory,
        permissionPlugin,
        permissionsRegistryServiceFactory,
        permissionsServiceFactory,
        policyModule,
        mockServices.rootConfig.factory({
          data: {
            permission: { enabled: true },
            catalog: { processingInterval: { seconds: 1 } },
            dynatrace: { environments: [sandbox.environment()] },
          },
        }),
      ],
    }));
    let known = 404;
    while (known === 404) {
      const { status } = await as(
        'ada',
        '/api/catalog/entities/by-name/component/default/payment',
      );
      known = status;
    }
  }, 60_000);

  afterAll(async () => {
    await sandbox?.stop();
  });

  function as(user: string, path: string) {
    return request(server)
      .get(path)
      .set(
        'Authorization',
        mockCredentials.user.header(`user:default/${user}`),
      );
  }

  const paths = [
    '/api/dynatrace/v1/cards/problems?entityRef=component:default/payment',
    '/api/dynatrace/v1/queries/catalog?entityRef=component:default/payment',
  ];

  it.each(paths)('answers the owner: %s', async path => {
    const response = await as('ada', path);
    expect([response.status, response.body.error]).toEqual([200, undefined]);
  });

  it.each(paths)(
    'asks nothing of Dynatrace for anybody else: %s',
    async path => {
      await sandbox.reset();
      const response = await as('bob', path);
      expect(response.status).toBe(403);
      expect(response.body.error.message).toContain(
        'component:default/payment',
      );
      expect(await sandbox.calls()).toEqual({});
    },
  );
});
