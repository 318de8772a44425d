import { expect, test } from '@playwright/test';
import { DrawnCard } from './DrawnCard.ts';
import { openAsGuest } from './Portal.ts';
import { sandboxUrl } from './playwright.config.ts';
import { Sandbox, type SmartscapeNode } from './Sandbox.ts';

// What each card shows in the browser, against numbers worked out here from the plain records of the sandbox.

const sandbox = new Sandbox(sandboxUrl);
const DAY = 86_400_000;

/** Ends on a full minute well before now, so that both sides see the same records whenever they ask. */
const end = Math.floor(Date.now() / 60_000 - 5) * 60_000;
const to = new Date(end).toISOString();
const from = new Date(end - 10 * DAY).toISOString();

type Event = Record<string, string>;

/** The delivery events of the timeframe, each once: pipelines tell both environments. */
async function deliveryEvents(): Promise<Event[]> {
  const events = new Map<string, Event>();
  for (const environment of await sandbox.environments()) {
    for (const event of await sandbox.records<Event>(
      environment,
      `fetch events, from:"${from}", to:"${to}" | filter event.kind == "SDLC_EVENT"`,
    )) {
      events.set(
        JSON.stringify([
          event['task.id'],
          event.timestamp,
          event['event.type'],
          event['event.status'],
          event['cicd.deployment.release_stage'],
          event['dt.srg.objective'],
        ]),
        event,
      );
    }
  }
  return [...events.values()];
}

/** The Kubernetes nodes of a component of the webshop, by environment. */
async function nodesOf(
  component: string,
): Promise<Map<string, (SmartscapeNode & { id: string })[]>> {
  const nodes = new Map<string, (SmartscapeNode & { id: string })[]>();
  for (const environment of await sandbox.environments()) {
    const all = (await sandbox.kubernetesNodes(
      environment,
    )) as (SmartscapeNode & {
      id: string;
    })[];
    nodes.set(
      environment.name,
      all.filter(
        node =>
          node['tags:k8s.labels']?.['backstage.io/kubernetes-id'] ===
          `webshop.${component}`,
      ),
    );
  }
  return nodes;
}

test.describe.configure({ mode: 'serial' });

test.describe('the tab of payment', () => {
  test.beforeEach(async ({ page }) => {
    await openAsGuest(
      page,
      `/catalog/default/component/payment/dynatrace?from=${from}&to=${to}`,
    );
  });

  test('releases: the version of each stage is the label of its workload', async ({
    page,
  }) => {
    const card = new DrawnCard(page, 'Releases');
    await card.answered();
    const [row] = await card.rows('Versions by stage');
    let stages = 0;
    for (const [environment, nodes] of await nodesOf('payment')) {
      for (const node of nodes.filter(
        ({ type }) => type === 'K8S_DEPLOYMENT',
      )) {
        const labels = node['tags:k8s.labels']!;
        const [, shown] = Object.entries(row!).find(
          ([title]) =>
            title.includes(labels.stage!) && title.includes(environment),
        )!;
        expect(shown).toContain(labels['app.kubernetes.io/version']!);
        stages += 1;
      }
    }
    expect(stages).toBe(3);
  });

  test('test results: runs, green runs and pass rate', async ({ page }) => {
    const card = new DrawnCard(page, 'Test results');
    await card.answered();
    const runs = new Map<string, Map<string, boolean>>();
    let passes = 0;
    let executions = 0;
    for (const event of await deliveryEvents()) {
      if (
        event['event.type'] !== 'test' ||
        event['vcs.repository.name'] !== 'payment'
      ) {
        continue;
      }
      const passed = event['test.case.result.status'] === 'pass';
      const run = event['cicd.pipeline.run.id']!;
      const cases = runs.get(run) ?? new Map<string, boolean>();
      const name = event['test.case.name']!;
      cases.set(name, (cases.get(name) ?? false) || passed);
      runs.set(run, cases);
      executions += 1;
      passes += passed ? 1 : 0;
    }
    const green = [...runs.values()].filter(cases =>
      [...cases.values()].every(Boolean),
    ).length;
    expect(runs.size).toBeGreaterThan(5);
    expect(await card.fact('Runs')).toBe(runs.size);
    expect(await card.fact('Pass rate')).toBeCloseTo(
      (passes / executions) * 100,
      2,
    );
    expect(await card.fact('Green runs')).toBeCloseTo(
      (green / runs.size) * 100,
      2,
    );
  });

  test('release validations: how many, and how many were let through', async ({
    page,
  }) => {
    const card = new DrawnCard(page, 'Release validations');
    await card.answered();
    const validations = new Set<string>();
    const results: string[] = [];
    for (const event of await deliveryEvents()) {
      if (
        event['event.provider'] !== 'dynatrace.site.reliability.guardian' ||
        !JSON.parse(event['dt.srg.tags']!).service?.includes('payment')
      ) {
        continue;
      }
      validations.add(event['task.id']!);
      if (
        event['event.type'] === 'validation' &&
        event['event.status'] === 'finished'
      ) {
        results.push(event['validation.result']!);
      }
    }
    const good = results.filter(result =>
      ['pass', 'warning'].includes(result),
    ).length;
    expect(results.length).toBeGreaterThan(5);
    expect(await card.fact('Validations')).toBe(validations.size);
    expect(await card.fact('Let through')).toBeCloseTo(
      (good / results.length) * 100,
      2,
    );
  });

  test('pipelines: runs and failure rate', async ({ page }) => {
    const card = new DrawnCard(page, 'Pipelines');
    await card.answered();
    const outcomes = new Map<string, string>();
    for (const event of await deliveryEvents()) {
      if (
        event['vcs.repository.name'] === 'payment' &&
        event['event.category'] === 'pipeline' &&
        event['event.status'] === 'finished'
      ) {
        outcomes.set(
          event['cicd.pipeline.run.id']!,
          event['cicd.pipeline.run.outcome'] ?? event['task.outcome']!,
        );
      }
    }
    expect(outcomes.size).toBeGreaterThan(5);
    expect(await card.fact('Runs')).toBe(outcomes.size);
    const failed = [...outcomes.values()].filter(
      outcome => outcome !== 'success',
    ).length;
    expect(await card.fact('Failure rate')).toBeCloseTo(
      (failed / outcomes.size) * 100,
      2,
    );
  });

  test('DORA: deployment frequency and change failure rate', async ({
    page,
  }) => {
    const card = new DrawnCard(page, 'DORA metrics');
    await card.answered();
    const deployments = new Map<string, boolean>();
    for (const event of await deliveryEvents()) {
      if (
        event['vcs.repository.name'] === 'payment' &&
        event['event.type'] === 'deployment' &&
        event['event.status'] === 'finished' &&
        event['cicd.deployment.release_stage'] === 'production'
      ) {
        const run = event['cicd.pipeline.run.id']!;
        deployments.set(
          run,
          (deployments.get(run) ?? true) &&
            event['cicd.deployment.status'] === 'succeeded',
        );
      }
    }
    const good = [...deployments.values()].filter(Boolean).length;
    expect(good).toBeGreaterThan(3);
    expect(await card.fact('Deployment frequency')).toBeCloseTo(good / 10, 2);
    expect(await card.fact('Change failure rate')).toBeCloseTo(
      ((deployments.size - good) / deployments.size) * 100,
      2,
    );
  });

  test('problems: each open one once, and no duplicate', async ({ page }) => {
    const card = new DrawnCard(page, 'Problems');
    await card.answered();
    const expected = new Map<string, string>();
    const nodes = await nodesOf('payment');
    for (const environment of await sandbox.environments()) {
      const ids = new Set(nodes.get(environment.name)!.map(({ id }) => id));
      interface Problem {
        display_id: string;
        'event.name': string;
        'event.status': string;
        'dt.davis.is_duplicate': boolean;
        'smartscape.affected_entity.ids': string[];
      }
      for (const problem of await sandbox.records<Problem>(
        environment,
        'fetch dt.davis.problems, from:-24h',
      )) {
        if (
          problem['event.status'] === 'ACTIVE' &&
          !problem['dt.davis.is_duplicate'] &&
          problem['smartscape.affected_entity.ids'].some(id => ids.has(id))
        ) {
          expected.set(problem.display_id, problem['event.name']);
        }
      }
    }
    expect(expected.size).toBeGreaterThan(0);
    expect(await card.fact('Open')).toBe(expected.size);
    const shown = (await card.rows('Open problems')).map(row => row.Problem);
    expect(shown.toSorted()).toEqual(
      [...expected].map(([id, name]) => `${name} ${id}`).toSorted(),
    );
  });

  test('vulnerabilities: the newest report of each, if it is open', async ({
    page,
  }) => {
    const card = new DrawnCard(page, 'Vulnerabilities');
    await card.answered();
    const expected: string[] = [];
    for (const environment of await sandbox.environments()) {
      const newest = new Map<string, Event>();
      for (const report of await sandbox.records<Event>(
        environment,
        'fetch security.events, from:-1h | sort timestamp asc',
      )) {
        if (
          JSON.stringify(
            report['related_entities.kubernetes_workloads.names'],
          ) === '["payment"]'
        ) {
          newest.set(report['vulnerability.display_id']!, report);
        }
      }
      for (const [id, report] of newest) {
        if (
          report['vulnerability.resolution.status'] === 'OPEN' &&
          report['vulnerability.mute.status'] !== 'MUTED'
        ) {
          expected.push(`${report['vulnerability.title']} ${id}`);
        }
      }
    }
    expect(expected.length).toBeGreaterThan(0);
    expect(await card.fact('Open')).toBe(expected.length);
    const shown = await card.rows('Open vulnerabilities');
    expect(shown.map(row => row.Vulnerability).toSorted()).toEqual(
      expected.toSorted(),
    );
  });

  test('telemetry coverage: what arrives is what has records in the last hour', async ({
    page,
  }) => {
    const card = new DrawnCard(page, 'Telemetry coverage');
    await card.answered();
    const rows = await card.rows('Signals');
    for (const environment of await sandbox.environments()) {
      for (const [signal, table] of [
        ['Logs', 'logs'],
        ['Traces', 'spans'],
      ] as const) {
        const records = await sandbox.records<Event>(
          environment,
          `fetch ${table}, from:-1h`,
        );
        const arrives = records.some(
          record => record['k8s.workload.name'] === 'payment',
        );
        const row = rows.find(
          candidate =>
            candidate.Signal === signal &&
            candidate.Environment === environment.name,
        );
        expect(
          row?.State === 'Arriving',
          `${signal} of ${environment.name}`,
        ).toBe(arrives);
      }
    }
  });

  test('management zones: those that the environment itself says', async ({
    page,
  }) => {
    const card = new DrawnCard(page, 'Management zones');
    await card.answered();
    const expected: string[] = [];
    for (const environment of await sandbox.environments()) {
      interface Workload {
        kubernetesLabels?: Record<string, string>;
        managementZones: string[];
      }
      for (const workload of await sandbox.records<Workload>(
        environment,
        'fetch dt.entity.cloud_application | fieldsAdd managementZones, kubernetesLabels',
      )) {
        if (
          workload.kubernetesLabels?.['backstage.io/kubernetes-id'] ===
          'webshop.payment'
        ) {
          for (const zone of workload.managementZones) {
            expected.push(`${zone} in ${environment.name}`);
          }
        }
      }
    }
    const rows = await card.rows('Zones');
    expect(
      rows.map(row => `${row.Zone} in ${row.Environment}`).toSorted(),
    ).toEqual([...new Set(expected)].toSorted());
  });

  test('ownership: the team whose identifier the workload is labelled with', async ({
    page,
  }) => {
    const card = new DrawnCard(page, 'Ownership');
    await card.answered();
    const [production] = await sandbox.environments();
    const [workload] = (await nodesOf('payment'))
      .get('production')!
      .filter(({ type }) => type === 'K8S_DEPLOYMENT');
    const label = workload!['tags:k8s.labels']!['dt.owner']!;
    const teams = await sandbox.settings<{
      name: string;
      identifier: string;
      supplementaryIdentifiers?: { supplementaryIdentifier: string }[];
    }>(production!, 'builtin:ownership.teams');
    const expected = teams.find(
      team =>
        team.identifier === label ||
        team.supplementaryIdentifiers?.some(
          ({ supplementaryIdentifier }) => supplementaryIdentifier === label,
        ),
    )!;
    const rows = await card.rows('Teams');
    expect(rows.map(row => row.Team)).toContain(expected.name);
  });
});
