import {
  AuditorService,
  BackstageCredentials,
  HttpAuthService,
  LoggerService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { dynatraceCardReadPermission } from '@grailstage/backstage-plugin-dynatrace-common';
import express from 'express';
import Router from 'express-promise-router';
import { abortOnDisconnect } from './service/abortOnDisconnect';
import { createCardErrorHandler } from './service/cardErrorHandler';
import { createComponentFinder } from './service/createComponentFinder';
import { createFormRouter } from './service/createFormRouter';
import { createQueryRouter } from './service/createQueryRouter';
import { DynatraceCards } from './service/DynatraceCards';
import { readCardQuery } from './service/readCardQuery';
import { respondWithJson } from './service/respondWithJson';

/**
 * The HTTP interface of the plugin.
 */
export function createRouter(options: {
  auditor: AuditorService;
  catalog: CatalogService;
  dynatrace: DynatraceCards;
  httpAuth: HttpAuthService;
  logger: LoggerService;
  permissions: PermissionsService;
}): express.Router {
  const { catalog, dynatrace, httpAuth, logger, permissions } = options;
  const router = Router();
  const findComponents = createComponentFinder({ catalog });

  /** Those whose cards the caller may read: a system shows no more than its components would. */
  async function permitted(
    entities: Entity[],
    credentials: BackstageCredentials,
  ): Promise<Entity[]> {
    const decisions = await permissions.authorize(
      entities.map(entity => ({
        permission: dynatraceCardReadPermission,
        resourceRef: stringifyEntityRef(entity),
      })),
      { credentials },
    );
    return entities.filter(
      (_, index) => decisions[index]?.result === AuthorizeResult.ALLOW,
    );
  }

  router.get('/health', (_, response) => {
    response.json({ status: 'ok' });
  });

  router.get('/v1/health', async (request, response) => {
    await httpAuth.credentials(request, { allow: ['user', 'service'] });
    respondWithJson(response, await dynatrace.health());
  });

  router.get('/v1/cards/:card', async (request, response) => {
    const signal = abortOnDisconnect(response);
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const { entityRef, ...query } = readCardQuery(request.query);
    const resourceRef = stringifyEntityRef(entityRef);

    // The entity comes before the permission: a refusal would tell that an entity exists which the caller cannot see.
    const entity = await catalog.getEntityByRef(entityRef, { credentials });
    if (!entity) {
      throw new NotFoundError(`there is no entity \`${resourceRef}\``);
    }
    const [decision] = await permissions.authorize(
      [{ permission: dynatraceCardReadPermission, resourceRef }],
      { credentials },
    );
    if (decision.result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError(
        `the permission \`${dynatraceCardReadPermission.name}\` is not granted for \`${resourceRef}\``,
      );
    }

    const components = await findComponents(entity, credentials);
    const answer = await dynatrace.card(
      {
        card: request.params.card,
        entity,
        components: components && (await permitted(components, credentials)),
        ...query,
      },
      { signal },
    );
    respondWithJson(response, answer);
  });

  router.use(createQueryRouter(options));
  router.use(createFormRouter({ dynatrace, httpAuth, permissions }));
  router.use(createCardErrorHandler({ logger }));
  return router;
}
