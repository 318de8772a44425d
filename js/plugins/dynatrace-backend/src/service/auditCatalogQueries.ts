import { AuditorService } from '@backstage/backend-plugin-api';
import { CatalogQueriesOutcome } from '@grailstage/core';
import { Request } from 'express';

/**
 * Asks the queries of an entity, and leaves an audit event of it: who asked, for which entity, where, and what that
 * cost. A query may hold personal data, so the event tells it by its fingerprint only.
 */
export async function auditCatalogQueries(
  auditor: AuditorService,
  who: { entityRef: string; request: Request },
  run: () => Promise<CatalogQueriesOutcome>,
): Promise<CatalogQueriesOutcome> {
  const { entityRef, request } = who;
  const event = await auditor.createEvent({
    eventId: 'catalog-queries',
    request,
    meta: { entityRef },
  });
  try {
    const outcome = await run();
    await event.success({
      meta: {
        scannedBytes: outcome.asked.reduce(
          (sum, { scannedBytes }) => sum + scannedBytes,
          0,
        ),
        queries: outcome.asked.map(query => ({ ...query })),
      },
    });
    return outcome;
  } catch (error) {
    // The message may quote the query; the kind of error does not.
    const kind = error instanceof Error ? error.name : 'Error';
    await event.fail({ error: new Error(kind) });
    throw error;
  }
}
