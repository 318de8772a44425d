import { type Node, type Period, sandbox } from './plainRecords.ts';

interface ProblemRecord {
  'event.id': string;
  display_id: string;
  'event.name': string;
  'event.status': string;
  'event.start': string;
  'event.end': string | null;
  'dt.davis.is_duplicate': boolean;
  'dt.davis.is_frequent_event': boolean;
  'maintenance.is_under_maintenance': boolean;
  'smartscape.affected_entity.ids': string[];
}

/** A problem, and how long it took: of those only that anybody was to be woken for. */
export type Problem = ProblemRecord & { millis?: number };

/**
 * The problems that affect any of these nodes: those that are open, and those that were closed in a time. Duplicates are
 * none of their own.
 */
export async function problemsOf(
  period: Period,
  nodes: Node[],
): Promise<{ open: Problem[]; closed: Problem[] }> {
  const ids = new Set(nodes.map(({ id }) => id));
  const read = async (timeframe: string, status: string) => {
    const problems = new Map<string, Problem>();
    for (const environment of await sandbox.environments()) {
      for (const problem of await sandbox.records<ProblemRecord>(
        environment,
        `fetch dt.davis.problems, ${timeframe}`,
      )) {
        const { 'event.start': start, 'event.end': end } = problem;
        if (
          problem['event.status'] === status &&
          !problem['dt.davis.is_duplicate'] &&
          problem['smartscape.affected_entity.ids'].some(id => ids.has(id))
        ) {
          const counts =
            end !== null &&
            !problem['dt.davis.is_frequent_event'] &&
            !problem['maintenance.is_under_maintenance'];
          problems.set(problem['event.id'], {
            ...problem,
            ...(counts && { millis: Date.parse(end) - Date.parse(start) }),
          });
        }
      }
    }
    return [...problems.values()];
  };
  return {
    open: await read('from:-24h', 'ACTIVE'),
    closed: await read(`from:"${period.from}", to:"${period.to}"`, 'CLOSED'),
  };
}
