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

test.describe('the tab of cart', () => {
  test.beforeEach(async ({ page }) => {
    await openAsGuest(
      page,
      `/catalog/default/component/cart/dynatrace?from=${from}&to=${to}`,
    );
  });

  test('releases: the version of each stage is the label of its workload', async ({
    page,
  }) => {
    const card = new DrawnCard(page, 'Releases');
    await card.answered();
    const [row] = await card.rows('Versions by stage');
    let stages = 0;
    for (const nodes of (await nodesOf('cart')).values()) {
      for (const node of nodes.filter(
        ({ type }) => type === 'K8S_DEPLOYMENT',
      )) {
        const labels = node['tags:k8s.labels']!;
        const shown = row![labels.stage!];
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
        event['vcs.repository.name'] !== 'cart'
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
        !JSON.parse(event['dt.srg.tags']!).service?.includes('cart')
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
        event['vcs.repository.name'] === 'cart' &&
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
        event['vcs.repository.name'] === 'cart' &&
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

  test('objectives: what the requests of a week leave of each error budget', async ({
    page,
  }) => {
    const card = new DrawnCard(page, 'Service-level objectives');
    await card.answered();
    const rows = await card.rows('Service-level objectives');
    const namespaces = new Map([
      ['webshop', 'production'],
      ['webshop-dev', 'development'],
      ['webshop-hardening', 'hardening'],
    ]);
    let found = 0;
    for (const environment of await sandbox.environments()) {
      interface Series {
        'service.name': string;
        'k8s.namespace.name': string;
        requests: (number | null)[];
        failures: (number | null)[];
      }
      const all = await sandbox.records<Series>(
        environment,
        'timeseries { requests = sum(dt.service.request.count), failures = sum(dt.service.request.failure_count) }, by:{ service.name, k8s.namespace.name }, from:now()-7d',
      );
      for (const series of all) {
        if (series['service.name'] !== 'cart') {
          continue;
        }
        const shares = series.requests.flatMap((requests, index) => {
          const failures = series.failures[index];
          return requests && typeof failures === 'number'
            ? [100 * (1 - failures / requests)]
            : [];
        });
        const kept =
          shares.reduce((sum, share) => sum + share, 0) / shares.length;
        const stage = namespaces.get(series['k8s.namespace.name']);
        const row = rows.find(({ Objective }) => Objective!.includes(stage!));
        const percent = (text: string) => Number(text.replace('%', ''));
        const target = percent(row!.Target!);
        expect(percent(row!.Value!)).toBeCloseTo(kept, 1);
        expect(percent(row!['Error budget left']!)).toBeCloseTo(
          ((percent(row!.Value!) - target) / (100 - target)) * 100,
          -0.5,
        );
        found += 1;
      }
    }
    expect(found).toBe(3);
    expect(rows).toHaveLength(found);
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
          ) === '["cart"]'
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
          record => record['k8s.workload.name'] === 'cart',
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
          'webshop.cart'
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
    const [workload] = (await nodesOf('cart'))
      .get('production')!
      .filter(({ type }) => type === 'K8S_DEPLOYMENT');
    const label = workload!['tags:k8s.labels']!['dt.owner']!;
    interface Team {
      name: string;
      identifier: string;
      supplementaryIdentifiers?: { supplementaryIdentifier: string }[];
    }
    const teams = (
      await sandbox.settings(production!, 'builtin:ownership.teams')
    ).map(({ value }) => value as unknown as Team);
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

test('problems of payment: each open one once, and no duplicate', async ({
  page,
}) => {
  await openAsGuest(page, '/catalog/default/component/payment/dynatrace');
  const card = new DrawnCard(page, 'Problems');
  await card.answered();
  const expected = new Map<string, string>();
  const nodes = await nodesOf('payment');
  for (const environment of await sandbox.environments()) {
    const ids = new Set(
      nodes
        .get(environment.name)!
        // What an annotation of the component narrows it to.
        .filter(node => node['k8s.namespace.name'] === 'webshop')
        .map(({ id }) => id),
    );
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
