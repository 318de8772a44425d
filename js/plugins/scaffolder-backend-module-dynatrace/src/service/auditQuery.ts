import { AuditorService } from '@backstage/backend-plugin-api';
import { QueryAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
import { createHash } from 'node:crypto';

/**
 * Runs a query that somebody wrote, and leaves an audit event of it: who asked, where, what that cost. The query itself
 * may hold personal data, so the event tells it by its fingerprint only.
 */
export async function auditQuery(
  auditor: AuditorService,
  who: { query: string; taskId: string; user?: string },
  run: () => Promise<QueryAnswer>,
): Promise<QueryAnswer> {
  const { query, taskId, user } = who;
  const event = await auditor.createEvent({
    eventId: 'dynatrace-query',
    meta: {
      fingerprint: createHash('sha256')
        .update(query)
        .digest('hex')
        .slice(0, 12),
      taskId,
      ...(user && { user }),
    },
  });
  try {
    const answer = await run();
    const { environment, rows, scannedBytes } = answer;
    await event.success({
      meta: { environment, records: rows.length, scannedBytes },
    });
    return answer;
  } catch (error) {
    // The message may quote the query; the kind of error does not.
    const kind = error instanceof Error ? error.name : 'Error';
    await event.fail({ error: new Error(kind) });
    throw error;
  }
}
