import {
  CardAnswer,
  Cell,
  Column,
  EnvironmentReport,
  Fact,
  Note,
  Section,
  Status,
} from '@grailstage/backstage-plugin-dynatrace-common';

const columns: Column[] = [
  { key: 'workload', title: 'Workload', kind: 'link' },
  { key: 'cluster', title: 'Cluster', kind: 'text' },
  { key: 'namespace', title: 'Namespace', kind: 'text' },
  { key: 'version', title: 'Version', kind: 'text' },
  { key: 'pods', title: 'Pods', kind: 'readiness' },
  { key: 'problems', title: 'Problems', kind: 'count', align: 'end' },
  {
    key: 'vulnerabilities',
    title: 'Vulnerabilities',
    kind: 'count',
    align: 'end',
  },
  { key: 'logs', title: 'Logs', kind: 'link' },
  { key: 'environment', title: 'Environment', kind: 'text' },
];

const urls = new Map([
  ['production', 'https://abc12345.apps.dynatrace.com'],
  ['preproduction', 'https://def67890.apps.dynatrace.com'],
]);

/**
 * A row of the Kubernetes card.
 */
export function workload(values: {
  name: string;
  kind?: string;
  cluster?: string;
  namespace?: string;
  version?: string | null;
  pods?: Cell;
  problems?: number | null;
  vulnerabilities?: number | null;
  environment?: string;
}): Cell[] {
  const environment = values.environment ?? 'production';
  const url = urls.get(environment);
  return [
    {
      text: values.name,
      url: `${url}/ui/apps/dynatrace.kubernetes/${values.name}`,
      detail: values.kind ?? 'Deployment',
    },
    values.cluster ?? 'prod-eu',
    values.namespace ?? 'webshop',
    values.version === undefined ? '2.4.1' : values.version,
    values.pods === undefined
      ? { ready: 3, desired: 3, status: 'ok' }
      : values.pods,
    values.problems === undefined ? 0 : values.problems,
    values.vulnerabilities === undefined ? 0 : values.vulnerabilities,
    { text: 'Logs', url: `${url}/ui/apps/dynatrace.logs/${values.name}` },
    environment,
  ];
}

/**
 * How an environment fared that answered.
 */
export function answered(
  name: string,
  records: number,
  scannedBytes: number,
): EnvironmentReport {
  const url = urls.get(name) ?? 'https://ghi24680.apps.dynatrace.com';
  return {
    name,
    url,
    state: 'ready',
    records,
    scannedBytes,
    durationMillis: 342,
    cache: 'miss',
    ageMillis: 0,
    queries: [
      {
        key: 'workloads',
        query: 'smartscapeNodes K8S_DEPLOYMENT',
        notebookUrl: `${url}/ui/intent/dynatrace.notebooks/view-query`,
      },
    ],
  };
}

/**
 * How an environment fared that did not.
 */
export function failed(name: string): EnvironmentReport {
  return {
    ...answered(name, 0, 0),
    state: 'failed',
    durationMillis: 0,
  };
}

/** A note on an environment that cannot be reached. */
export const unreachableNote: Note = {
  severity: 'error',
  code: 'unreachable',
  message:
    '`def67890.apps.dynatrace.com` cannot be reached: connection refused',
  help: "check the environment's `url`, and name resolution, proxy and firewall of the machine this runs on",
  environment: 'preproduction',
};

/** A note on an environment whose token may not read vulnerabilities. */
export const missingScopeNote: Note = {
  severity: 'warning',
  code: 'missing-scope',
  message: 'the token lacks `storage:security.events:read`',
  help: 'grant `storage:security.events:read` to the OAuth client or platform token',
  environment: 'production',
};

/** A note on an answer that was cut. */
export const truncatedNote: Note = {
  severity: 'warning',
  code: 'truncated',
  message: 'your result has been limited to 1000 records',
  environment: 'production',
};

/** A remark of Grail. */
export const notificationNote: Note = {
  severity: 'info',
  code: 'notification',
  message: 'the field `tags` has been added to the result',
  environment: 'production',
};

/** Workloads of one component in two environments. */
export const workloads: Cell[][] = [
  workload({
    name: 'cart',
    pods: { ready: 2, desired: 3, status: 'warning' },
    problems: 1,
    vulnerabilities: 12,
  }),
  workload({ name: 'cart-worker', vulnerabilities: 3 }),
  workload({
    name: 'cart-cleanup',
    kind: 'CronJob',
    pods: null,
    version: null,
  }),
  workload({
    name: 'cart',
    cluster: 'hardening',
    namespace: 'webshop-hardening',
    version: '2.5.0-rc.1',
    pods: { ready: 0, desired: 1, status: 'error' },
    problems: 2,
    vulnerabilities: null,
    environment: 'preproduction',
  }),
  workload({
    name: 'cart-worker',
    cluster: 'dev',
    namespace: 'webshop-dev',
    version: '2.10.0',
    pods: { ready: 1, desired: 1, status: 'ok' },
    vulnerabilities: null,
    environment: 'preproduction',
  }),
];

/** What the workloads above come to. */
const facts: Fact[] = [
  fact('not-ready', 'not ready', 1, 'error'),
  fact('partly-ready', 'partly ready', 1, 'warning'),
  fact('ready', 'ready', 2, 'ok'),
  fact('readiness-unknown', 'unknown', 1, 'unknown'),
  fact('with-problems', 'with problems', 2, 'warning'),
  fact('with-vulnerabilities', 'with vulnerabilities', 2, 'warning'),
];

function fact(key: string, title: string, value: number, status: Status): Fact {
  return { key, title, kind: 'count', value, status };
}

/**
 * The table of the Kubernetes card: the workloads above, but for what is given.
 */
export function table(
  values: { columns?: Column[]; rows?: Cell[][] } = {},
): Section {
  return {
    type: 'table',
    key: 'workloads',
    columns,
    rows: workloads,
    ...values,
  };
}

/**
 * An answer of the Kubernetes card: that of two healthy environments, but for what is given.
 */
export function answer(values: Partial<CardAnswer> = {}): CardAnswer {
  return {
    card: 'kubernetes-deployments',
    state: 'ready',
    facts,
    sections: [table()],
    notes: [],
    environments: [
      answered('production', 3, 1_234_567),
      answered('preproduction', 2, 48_200),
    ],
    configuredEnvironments: ['production', 'preproduction'],
    askedAt: '2026-11-21T09:00:00Z',
    ...values,
  };
}
