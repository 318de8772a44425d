import {
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { InputError, NotAllowedError } from '@backstage/errors';
import {
  AuthorizeResult,
  BasicPermission,
} from '@backstage/plugin-permission-common';
import {
  DqlInspectionRequest,
  dynatraceDqlCheckPermission,
  dynatraceGuardianReadPermission,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { inspectDql } from '@grailstage/core';
import express from 'express';
import Router from 'express-promise-router';
import { abortOnDisconnect } from './abortOnDisconnect';
import { DynatraceCards } from './DynatraceCards';
import { respondWithJson } from './respondWithJson';

/** Longer queries are not written by hand into a form. */
const LONGEST_QUERY = '64kb';

/**
 * The routes of the form fields of software templates: the guardians of an environment, and the mistakes in a query.
 */
export function createFormRouter(options: {
  dynatrace: Pick<DynatraceCards, 'listGuardians'>;
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
}): express.Router {
  const { dynatrace, httpAuth, permissions } = options;
  const router = Router();

  async function authorize(
    request: express.Request,
    permission: BasicPermission,
  ): Promise<void> {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const [decision] = await permissions.authorize([{ permission }], {
      credentials,
    });
    if (decision.result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError(
        `the permission \`${permission.name}\` is not granted`,
      );
    }
  }

  router.get('/v1/guardians', async (request, response) => {
    const signal = abortOnDisconnect(response);
    await authorize(request, dynatraceGuardianReadPermission);
    const { environment } = request.query;
    if (environment !== undefined && typeof environment !== 'string') {
      throw new InputError('query parameter `environment` names one at most');
    }
    respondWithJson(
      response,
      await dynatrace.listGuardians({ environment }, { signal }),
    );
  });

  router.post(
    '/v1/dql/check',
    express.json({ limit: LONGEST_QUERY }),
    async (request, response) => {
      await authorize(request, dynatraceDqlCheckPermission);
      const body: unknown = request.body;
      if (!isInspectionRequest(body)) {
        throw new InputError(
          'the body is no object with the DQL in `query`; send it as `application/json`',
        );
      }
      // Nothing is asked of Dynatrace, and nothing of it is kept.
      response.set('Cache-Control', 'private, no-store').json(inspectDql(body));
    },
  );

  return router;
}

/** What else is wrong with it, the core says. */
function isInspectionRequest(body: unknown): body is DqlInspectionRequest {
  return (
    typeof body === 'object' &&
    body !== null &&
    'query' in body &&
    typeof body.query === 'string'
  );
}
