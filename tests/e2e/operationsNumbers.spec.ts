import { expect, type Page, test } from '@playwright/test';
import { DrawnCard } from './DrawnCard.ts';
import { expectDuration } from './expectDuration.ts';
import { type Event, mean, nodesOf, Period, sandbox } from './plainRecords.ts';
import { problemsOf } from './problemsOf.ts';
import { openAsGuest } from './Portal.ts';
import type { Environment } from './Sandbox.ts';

// What the cards of operations show, against numbers worked out here from the plain records of the sandbox.

const period = Period.recent(10);
let page: Page;

test.beforeAll(async ({ browser }) => {
  page = await browser.newPage();
  await openAsGuest(page, period.tabOf('component/cart'));
});

test.afterAll(() => page.close());

async function cardOf(title: string): Promise<DrawnCard> {
  const card = new DrawnCard(page, title);
  await card.answered();
  return card;
}

const percent = (text: string) => Number(text.replace('%', ''));

/** The mean share of requests of cart that succeed, in percent, by the stage of its objectives. */
async function kept(
  environment: Environment,
  since: string,
): Promise<Map<string, number>> {
  interface Series {
    'service.name': string;
    'k8s.namespace.name': string;
    requests: (number | null)[];
    failures: (number | null)[];
  }
  const stages = new Map([
    ['webshop', 'production'],
    ['webshop-dev', 'development'],
    ['webshop-hardening', 'hardening'],
  ]);
  const all = await sandbox.records<Series>(
    environment,
    `timeseries { requests = sum(dt.service.request.count), failures = sum(dt.service.request.failure_count) }, by:{ service.name, k8s.namespace.name }, from:${since}`,
  );
  return new Map(
    all
      .filter(series => series['service.name'] === 'cart')
      .map(series => {
        const shares = series.requests.flatMap((requests, index) => {
          const failures = series.failures[index];
          return requests && typeof failures === 'number'
            ? [100 * (1 - failures / requests)]
            : [];
        });
        return [stages.get(series['k8s.namespace.name'])!, mean(shares)];
      }),
  );
}

test('objectives: what the requests of a week leave of each error budget', async () => {
  const card = await cardOf('Service-level objectives');
  const rows = await card.rows('Service-level objectives');
  let found = 0;
  for (const environment of await sandbox.environments()) {
    for (const [stage, value] of await kept(environment, 'now()-7d')) {
      const row = rows.find(({ Objective }) => Objective!.includes(stage))!;
      const target = percent(row.Target!);
      expect(percent(row.Value!)).toBeCloseTo(value, 1);
      expect(percent(row['Error budget left']!)).toBeCloseTo(
        ((percent(row.Value!) - target) / (100 - target)) * 100,
        -0.5,
      );
      found += 1;
    }
  }
  expect(found).toBe(3);
  expect(rows).toHaveLength(found);
});

test('objectives: a budget burns as fast as the requests of the last hour fail, measured by what may fail', async () => {
  const card = await cardOf('Service-level objectives');
  await card.refresh();
  const rows = await card.rows('Service-level objectives');
  let burning = 0;
  for (const environment of await sandbox.environments()) {
    for (const [stage, value] of await kept(environment, 'now()-1h')) {
      const row = rows.find(({ Objective }) => Objective!.includes(stage))!;
      const rate = (100 - value) / (100 - percent(row.Target!));
      expect(Number(row['Burn rate']), stage).toBeCloseTo(rate, 1);
      burning += rate > 0.1 ? 1 : 0;
    }
  }
  expect(burning).toBeGreaterThan(0);
});

test('vulnerabilities: the newest report of each, if it is open', async () => {
  const card = await cardOf('Vulnerabilities');
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

/** The records of cart of the last hour. */
async function ofLastHour(environment: Environment, table: string) {
  const records = await sandbox.records<Event>(
    environment,
    `fetch ${table}, from:-1h`,
  );
  return records.filter(record => record['k8s.workload.name'] === 'cart');
}

test('telemetry coverage: what arrives is what has records in the last hour', async () => {
  const card = await cardOf('Telemetry coverage');
  const rows = await card.rows('Signals');
  for (const environment of await sandbox.environments()) {
    for (const [signal, table] of [
      ['Logs', 'logs'],
      ['Traces', 'spans'],
    ] as const) {
      const arrives = (await ofLastHour(environment, table)).length > 0;
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

test('telemetry coverage: when the last line came, how many come a day and how large they are', async () => {
  const summed = async () => {
    const sums = new Map<
      string,
      { last: number; lines: number; size: number }
    >();
    for (const environment of await sandbox.environments()) {
      const lines = await ofLastHour(environment, 'logs');
      sums.set(environment.name, {
        last: Math.max(...lines.map(line => Date.parse(line.timestamp!))),
        lines: lines.length,
        size: lines.reduce((sum, line) => sum + line.content!.length, 0),
      });
    }
    return sums;
  };
  const card = await cardOf('Telemetry coverage');
  // An answer of the last 5 s counts as new, and a line may have come since.
  await expect(async () => {
    const before = await summed();
    await card.refresh();
    const rows = await card.rows('Signals');
    const after = await summed();
    for (const [environment, { last, lines, size }] of before) {
      const row = rows.find(
        row => row.Signal === 'Logs' && row.Environment === environment,
      )!;
      const seen = Date.parse(row['Last seen']!);
      expect(seen).toBeGreaterThanOrEqual(last);
      expect(seen).toBeLessThanOrEqual(after.get(environment)!.last);
      const [number, bytes] = [
        row['Records, estimated']!,
        row['Volume a day, estimated']!,
      ].map(text => parseFloat(text.replaceAll(',', '')));
      // The hour moves on while the test looks: by a line or two.
      expect(lines).toBeGreaterThan(20);
      expect(Math.abs(number! / 24 - lines)).toBeLessThanOrEqual(2);
      expect(row['Volume a day, estimated']).toMatch(/kB$/);
      expect(Math.abs((bytes! * 1_000) / 24 - size)).toBeLessThan(300);
    }
  }).toPass({ timeout: 30_000, intervals: [5_000] });
});

test('problems of payment: each open one once, no duplicate, and how long closed ones took', async ({
  browser,
}) => {
  const longer = Period.recent(30);
  const payment = await browser.newPage();
  await openAsGuest(payment, longer.tabOf('component/payment'));
  const card = new DrawnCard(payment, 'Problems');
  await card.answered();
  const nodes = await nodesOf('payment');
  const { open, closed } = await problemsOf(
    longer,
    // What an annotation of the component narrows it to.
    nodes.filter(node => node['k8s.namespace.name'] === 'webshop'),
  );
  expect(open.length).toBeGreaterThan(0);
  expect(await card.fact('Open')).toBe(open.length);
  const shown = (await card.rows('Open problems')).map(row => row.Problem);
  expect(shown.toSorted()).toEqual(
    open
      .map(problem => `${problem['event.name']} ${problem.display_id}`)
      .toSorted(),
  );
  expect(closed.length).toBeGreaterThan(1);
  expect(await card.fact('Closed')).toBe(closed.length);
  expectDuration(
    await card.factText('Mean time to resolve'),
    mean(closed.flatMap(({ millis }) => millis ?? [])),
  );
  await payment.close();
});
