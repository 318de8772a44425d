import {
  AuditorService,
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  AuthorizeResult,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  dynatraceCardReadPermission,
  dynatraceCatalogQueryPermission,
} from '@grailstage/backstage-plugin-dynatrace-common';
import express from 'express';
import Router from 'express-promise-router';
import { abortOnDisconnect } from './abortOnDisconnect';
import { auditCatalogQueries } from './auditCatalogQueries';
import { DynatraceCards } from './DynatraceCards';
import { CardQuery, readCardQuery } from './readCardQuery';
import { readText } from './readText';
import { respondWithJson } from './respondWithJson';

/**
 * The routes of queries that people write themselves: in the configuration, and in entities of the catalog.
 */
export function createQueryRouter(options: {
  auditor: AuditorService;
  catalog: CatalogService;
  dynatrace: DynatraceCards;
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
}): express.Router {
  const { auditor, catalog, dynatrace, httpAuth, permissions } = options;
  const router = Router();

  /** The entity that a request is about, if the caller may see it and has the permission for it. */
  async function permittedEntity(
    request: express.Request,
    permission: ResourcePermission,
  ): Promise<{
    entity: Entity;
    resourceRef: string;
    query: Omit<CardQuery, 'entityRef'>;
  }> {
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
      [{ permission, resourceRef }],
      { credentials },
    );
    if (decision.result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError(
        `the permission \`${permission.name}\` is not granted for \`${resourceRef}\``,
      );
    }
    return { entity, resourceRef, query };
  }

  router.get('/v1/queries/custom/:query', async (request, response) => {
    const signal = abortOnDisconnect(response);
    const { entity, query } = await permittedEntity(
      request,
      dynatraceCardReadPermission,
    );
    const answer = await dynatrace.customQuery(
      { query: request.params.query, entity, ...query },
      { signal },
    );
    respondWithJson(response, answer);
  });

  router.get('/v1/queries/catalog', async (request, response) => {
    const signal = abortOnDisconnect(response);
    const { entity, resourceRef, query } = await permittedEntity(
      request,
      dynatraceCatalogQueryPermission,
    );
    const refreshOnly = readText('refreshOnly', request.query.refreshOnly);
    const { answer } = await auditCatalogQueries(
      auditor,
      { entityRef: resourceRef, request },
      () =>
        dynatrace.catalogQueries({ entity, refreshOnly, ...query }, { signal }),
    );
    respondWithJson(response, answer);
  });

  return router;
}
