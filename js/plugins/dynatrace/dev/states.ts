import { CardAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
import { DynatraceRequestError } from '../src';
import {
  answer,
  answered,
  failed,
  missingScopeNote,
  notificationNote,
  table,
  truncatedNote,
  unreachableNote,
  workload,
  workloads,
} from '../src/__testUtils__/answers';
import { charts } from './charts';

/** What the card draws, by the name of the entity that provokes it. */
export const states = new Map<string, () => Promise<CardAnswer>>([
  ['ready', async () => now({})],
  [
    'partial',
    async () =>
      now({
        state: 'partial',
        sections: [
          table({ rows: workloads.slice(0, 3).map(row => row.with(6, null)) }),
        ],
        notes: [unreachableNote, missingScopeNote, notificationNote],
        environments: [
          answered('production', 3, 1_234_567),
          failed('preproduction'),
        ],
      }),
  ],
  [
    'stale',
    async () =>
      now({
        environments: [
          { ...answered('production', 3, 0), cache: 'stale', ageMillis: 9e6 },
        ],
      }),
  ],
  ['charts', async () => now({ sections: charts })],
  [
    'truncated',
    async () =>
      now({
        state: 'partial',
        notes: [truncatedNote],
        sections: [
          table({
            rows: Array.from({ length: 134 }, (_, index) =>
              workload({
                name: `cart-shard-${index}`,
                version: `2.${index % 13}.${index % 4}`,
                pods: {
                  ready: index % 4,
                  desired: 3,
                  status: (['error', 'warning', 'warning', 'ok'] as const)[
                    index % 4
                  ],
                },
                problems: index % 17 === 0 ? 1 : 0,
                vulnerabilities: index % 5 === 0 ? index : 0,
              }),
            ),
          }),
        ],
        environments: [answered('production', 1000, 48_200_000_000)],
      }),
  ],
  [
    'empty',
    async () =>
      now({ state: 'empty', facts: [], sections: [table({ rows: [] })] }),
  ],
  [
    'failed',
    async () =>
      now({
        state: 'failed',
        facts: [],
        sections: [],
        notes: [
          unreachableNote,
          {
            severity: 'error',
            code: 'missing-scope',
            message: 'the token lacks `storage:smartscape:read`',
            help: 'grant `storage:smartscape:read` to the OAuth client or platform token',
            environment: 'production',
          },
        ],
        environments: [failed('production'), failed('preproduction')],
      }),
  ],
  [
    'missing-annotation',
    async () =>
      now({
        state: 'missing-annotation',
        facts: [],
        sections: [],
        environments: [],
        annotations: [
          'backstage.io/kubernetes-id',
          'backstage.io/kubernetes-label-selector',
        ],
      }),
  ],
  [
    'not-configured',
    async () =>
      now({
        state: 'not-configured',
        facts: [],
        sections: [],
        environments: [],
      }),
  ],
  ['loading', () => new Promise(() => {})],
  [
    'forbidden',
    refused({
      status: 403,
      code: 'not-allowed',
      message:
        'the permission `dynatrace.card.read` is not granted for `component:default/forbidden`',
    }),
  ],
  [
    'rate-limited',
    refused({
      status: 429,
      code: 'rate-limited',
      message: 'the environment allows no more queries now',
      help: 'try again in 20 s',
      environment: 'production',
    }),
  ],
  [
    'malformed-selector',
    refused({
      status: 400,
      code: 'invalid-label-selector',
      message:
        'the label selector `app in (cart` is not closed: expected `)` at position 12',
      help: 'close the list with `)`',
    }),
  ],
  [
    'backend-missing',
    refused({
      status: 404,
      code: 'backend-missing',
      message: 'request failed with status 404 Not Found',
    }),
  ],
]);

function now(values: Partial<CardAnswer>): CardAnswer {
  return answer({ askedAt: new Date().toISOString(), ...values });
}

function refused(
  problem: ConstructorParameters<typeof DynatraceRequestError>[0],
): () => Promise<CardAnswer> {
  return async () => {
    throw new DynatraceRequestError(problem);
  };
}
