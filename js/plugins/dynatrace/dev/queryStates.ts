import {
  CatalogQueriesAnswer,
  EntityQueryAnswer,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { DynatraceRequestError } from '../src';
import { answer } from '../src/__testUtils__/answers';
import { refusedQuery } from '../src/__testUtils__/queries';

/** What a query id that the configuration lacks comes to. */
export async function unknownQuery(request: {
  query: string;
}): Promise<EntityQueryAnswer> {
  throw new DynatraceRequestError({
    code: 'unknown-query',
    message: `there is no query \`custom.${request.query}\``,
    help: 'known are `custom.errors`',
    status: 404,
  });
}

/** A query that found something, and one that was not asked. */
export async function catalogQueries(): Promise<CatalogQueriesAnswer> {
  return {
    queries: [
      {
        id: 'catalog.workloads',
        description: 'Where it runs',
        answer: answer({
          card: 'catalog.workloads',
          askedAt: new Date().toISOString(),
        }),
      },
      refusedQuery,
    ],
  };
}
