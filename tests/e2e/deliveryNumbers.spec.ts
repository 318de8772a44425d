import { expect, type Page, test } from '@playwright/test';
import { DrawnCard } from './DrawnCard.ts';
import { expectDuration } from './expectDuration.ts';
import {
  deliveryEvents,
  type Event,
  nodesOf,
  Period,
  quantile,
  sandbox,
} from './plainRecords.ts';
import { openAsGuest } from './Portal.ts';
import { GUARDIANS } from './Sandbox.ts';

// What the cards of delivery show of cart, against numbers worked out here from the plain events of the sandbox.

const period = Period.recent(10);
let page: Page;
let events: Event[];

test.beforeAll(async ({ browser }) => {
  page = await browser.newPage();
  await openAsGuest(page, period.tabOf('component/cart'));
  events = await deliveryEvents(period);
});

test.afterAll(() => page.close());

async function cardOf(title: string): Promise<DrawnCard> {
  const card = new DrawnCard(page, title);
  await card.answered();
  return card;
}

const millisOf = (event: Event) => Number(event.duration) / 1e6;

/** The events of a type of the repository that tell an end. */
function finished(type: string): Event[] {
  return events.filter(
    event =>
      event['vcs.repository.name'] === 'cart' &&
      event['event.type'] === type &&
      event['event.status'] === 'finished',
  );
}

/** The end of each run of the pipeline: the last that an environment tells, as each sees its own part. */
function runs(): Event[] {
  const ends = new Map<string, Event>();
  for (const event of finished('run')) {
    ends.set(event['cicd.pipeline.run.id']!, event);
  }
  return [...ends.values()];
}

interface Deployment {
  start: number;
  end: number;
  good: boolean;
}

/** The deployments to production, one a run, in the order of their ends. */
function deployments(): Deployment[] {
  const byRun = new Map<string, Deployment>();
  for (const event of finished('deployment')) {
    if (event['cicd.deployment.release_stage'] === 'production') {
      const run = event['cicd.pipeline.run.id']!;
      const known = byRun.get(run);
      const [start, end] = [event.start_time!, event.end_time!].map(Date.parse);
      byRun.set(run, {
        start: Math.min(known?.start ?? Infinity, start!),
        end: Math.max(known?.end ?? 0, end!),
        good:
          (known?.good ?? true) &&
          event['cicd.deployment.status'] === 'succeeded',
      });
    }
  }
  return [...byRun.values()].toSorted((one, other) => one.end - other.end);
}

test('releases: the version of each stage is the label of its workload', async () => {
  const card = await cardOf('Releases');
  const [row] = await card.rows('Versions by stage');
  let stages = 0;
  for (const node of await nodesOf('cart')) {
    if (node.type === 'K8S_DEPLOYMENT') {
      const labels = node['tags:k8s.labels']!;
      expect(row![labels.stage!]).toContain(
        labels['app.kubernetes.io/version']!,
      );
      stages += 1;
    }
  }
  expect(stages).toBe(3);
});

test('releases: a version is there since the first deployment of it after another one', async () => {
  const card = await cardOf('Releases');
  const rows = await card.rows('Since when, by whom');
  expect(rows).toHaveLength(3);
  for (const row of rows) {
    const toStage = finished('deployment').filter(
      event =>
        event['cicd.deployment.release_stage'] === row.Stage &&
        event['cicd.deployment.status'] === 'succeeded',
    );
    const other = toStage.findLastIndex(
      event => event['artifact.version'] !== row.Version,
    );
    const brought = toStage[other + 1]!;
    expect(Date.parse(row['Since, at the latest']!), row.Stage).toBe(
      Date.parse(brought.end_time!),
    );
    expect(row.By).toContain(brought['cicd.pipeline.run.id']!);
    expect(brought['vcs.ref.head.revision']).toMatch(
      new RegExp(`^${row.Revision!}`),
    );
  }
});

test('test results: runs, green runs and pass rate', async () => {
  const card = await cardOf('Test results');
  const cases = new Map<string, Map<string, boolean>>();
  let passes = 0;
  for (const event of finished('test')) {
    const passed = event['test.case.result.status'] === 'pass';
    const run = event['cicd.pipeline.run.id']!;
    const ofRun = cases.get(run) ?? new Map<string, boolean>();
    const name = event['test.case.name']!;
    ofRun.set(name, (ofRun.get(name) ?? false) || passed);
    cases.set(run, ofRun);
    passes += passed ? 1 : 0;
  }
  const green = [...cases.values()].filter(ofRun =>
    [...ofRun.values()].every(Boolean),
  ).length;
  expect(cases.size).toBeGreaterThan(5);
  expect(await card.fact('Runs')).toBe(cases.size);
  expect(await card.fact('Pass rate')).toBeCloseTo(
    (passes / finished('test').length) * 100,
    2,
  );
  expect(await card.fact('Green runs')).toBeCloseTo(
    (green / cases.size) * 100,
    2,
  );
});

test('test results: a case is flaky at a revision at which it both failed and passed', async () => {
  const card = await cardOf('Test results');
  const outcomes = new Map<string, Map<string, Set<string>>>();
  for (const event of finished('test')) {
    const ofCase = outcomes.get(event['test.case.name']!) ?? new Map();
    const revision = event['vcs.ref.head.revision']!;
    const seen = ofCase.get(revision) ?? new Set<string>();
    ofCase.set(revision, seen.add(event['test.case.result.status']!));
    outcomes.set(event['test.case.name']!, ofCase);
  }
  const expected = [...outcomes].flatMap(([name, revisions]) => {
    const flaky = [...revisions.values()].filter(({ size }) => size > 1).length;
    return flaky > 0 ? [{ name, flaky, share: flaky / revisions.size }] : [];
  });
  expect(expected.length).toBeGreaterThan(0);
  expect(await card.fact('Flaky')).toBe(expected.length);
  const rows = await card.rows('Flaky');
  expect(rows).toHaveLength(expected.length);
  for (const { name, flaky, share } of expected) {
    const row = rows.find(({ Case }) => Case === name)!;
    expect(Number(row['Flaky revisions'])).toBe(flaky);
    expect(parseFloat(row['Of all revisions']!)).toBeCloseTo(share * 100, 2);
  }
});

test('test results: a case is failing from its first failure after it last passed', async ({
  browser,
}) => {
  const tests = (all: Event[]) =>
    all.filter(
      event =>
        event['event.type'] === 'test' &&
        // What this one has is for its owners.
        event['vcs.repository.name'] !== 'accounting',
    );
  const millis = (event: Event) => Date.parse(event.timestamp!);
  const nameOf = (event: Event) => event['test.case.name'];
  const isSame = (one: Event, other: Event) =>
    nameOf(one) === nameOf(other) &&
    one['vcs.repository.name'] === other['vcs.repository.name'];
  // Flaky ones pass in the next attempt, so the time ends behind one that did not: before the next run.
  const failure = tests(events).findLast((event, index, all) => {
    const until = Date.parse(period.until(millis(event)).to);
    const next = all.slice(index + 1).find(later => isSame(later, event));
    return (
      event['test.case.result.status'] === 'fail' &&
      until <= Date.parse(period.to) &&
      (!next || millis(next) > until)
    );
  })!;
  const repository = failure['vcs.repository.name']!;
  const earlier = period.until(millis(failure));
  const cases = new Map<string, Event[]>();
  for (const event of tests(await deliveryEvents(earlier))) {
    if (event['vcs.repository.name'] === repository) {
      const name = nameOf(event)!;
      cases.set(name, [...(cases.get(name) ?? []), event]);
    }
  }
  const expected = [...cases].flatMap(([name, executions]) => {
    const passed = executions.findLastIndex(
      event => event['test.case.result.status'] === 'pass',
    );
    const failures = executions.slice(passed + 1);
    return failures.length > 0
      ? [{ name, failures, passed: executions[passed] }]
      : [];
  });
  expect(expected.map(({ name }) => name)).toContain(nameOf(failure));

  const earlierPage = await browser.newPage();
  await openAsGuest(earlierPage, earlier.tabOf(`component/${repository}`));
  const card = new DrawnCard(earlierPage, 'Test results');
  await card.answered();
  expect(await card.fact('Failing now')).toBe(expected.length);
  const rows = await card.rows('Failing now');
  expect(rows).toHaveLength(expected.length);
  for (const { name, failures, passed } of expected) {
    const row = rows.find(({ Case }) => Case === name)!;
    expect(Number(row.Failures)).toBe(failures.length);
    expect(Date.parse(row['Failing since']!)).toBe(millis(failures[0]!));
    expect(Date.parse(row['Latest failure']!)).toBe(millis(failures.at(-1)!));
    expect(Date.parse(row['Last passed']!)).toBe(millis(passed!));
  }
  await earlierPage.close();
});

/** The events of guardians for cart of a type that tell an end. */
function ofGuardians(type: string): Event[] {
  return events.filter(
    event =>
      event['event.provider'] === 'dynatrace.site.reliability.guardian' &&
      event['event.type'] === type &&
      event['event.status'] === 'finished' &&
      JSON.parse(event['dt.srg.tags']!).service?.includes('cart'),
  );
}

test('release validations: how many, and how many were let through', async () => {
  const card = await cardOf('Release validations');
  const ended = ofGuardians('validation');
  const good = ended.filter(event =>
    ['pass', 'warning'].includes(event['validation.result']!),
  );
  expect(ended.length).toBeGreaterThan(5);
  expect(await card.fact('Validations')).toBe(ended.length);
  expect(await card.fact('Let through')).toBeCloseTo(
    (good.length / ended.length) * 100,
    2,
  );
});

test('release validations: values are those of each guardian’s latest validation, targets those of its settings', async () => {
  interface Objective {
    name: string;
    target: number;
    warning: number;
  }
  const card = await cardOf('Release validations');
  const rows = await card.rows('Objectives of the latest validations');
  let found = 0;
  for (const environment of await sandbox.environments()) {
    for (const { value } of await sandbox.settings(environment, GUARDIANS)) {
      if (!(value.tags as string[]).includes('service:cart')) {
        continue;
      }
      const latest = ofGuardians('validation').findLast(
        event => event['dt.srg.name'] === value.name,
      )!;
      const measured = new Map(
        ofGuardians('validation.objective')
          .filter(event => event['task.id'] === latest['task.id'])
          .map(event => JSON.parse(event['dt.srg.objective']!))
          .map(objective => [objective.name, objective]),
      );
      for (const { name, target, warning } of value.objectives as Objective[]) {
        const row = rows.find(
          row => row.Guardian === value.name && row.Objective === name,
        )!;
        expect(Number(row.Value)).toBeCloseTo(measured.get(name).value, 2);
        expect(Number(row.Target)).toBe(target);
        expect(Number(row.Warning)).toBe(warning);
        expect(row.Result).toBe(measured.get(name).status);
        found += 1;
      }
    }
  }
  expect(found).toBe(9);
  expect(rows).toHaveLength(found);
});

test('pipelines: runs and failure rate', async () => {
  const card = await cardOf('Pipelines');
  const failed = runs().filter(
    event => event['cicd.pipeline.run.outcome'] !== 'success',
  );
  expect(runs().length).toBeGreaterThan(5);
  expect(await card.fact('Runs')).toBe(runs().length);
  expect(await card.fact('Failure rate')).toBeCloseTo(
    (failed.length / runs().length) * 100,
    2,
  );
});

test('pipelines: how long runs take and wait, in the middle and at the slow end', async () => {
  const card = await cardOf('Pipelines');
  const durations = runs().map(millisOf);
  const waits = runs().map(
    event => Number(event['cicd.pipeline.run.queued.duration']) / 1e6,
  );
  for (const [title, millis] of [
    ['Median duration', quantile(durations, 0.5)],
    ['Duration, 95th percentile', quantile(durations, 0.95)],
    ['Median queue time', quantile(waits, 0.5)],
  ] as const) {
    expectDuration(await card.factText(title), millis);
  }
});

test('pipelines: all cases of a test are one run of that step, from the start of the first to the end of the last', async () => {
  const card = await cardOf('Pipelines');
  const byRun = new Map<string, Event[]>();
  for (const event of finished('test')) {
    const run = event['cicd.pipeline.run.id']!;
    byRun.set(run, [...(byRun.get(run) ?? []), event]);
  }
  const steps = [...byRun.values()].map(cases => {
    const passed = new Set(
      cases
        .filter(event => event['task.outcome'] === 'success')
        .map(event => event['test.case.name']),
    );
    const starts = cases.map(event => Date.parse(event.start_time!));
    const ends = cases.map(event => Date.parse(event.end_time!));
    return {
      millis: Math.max(...ends) - Math.min(...starts),
      // A case that fails and passes in another attempt did no harm.
      good: cases.every(event => passed.has(event['test.case.name'])),
    };
  });
  const row = (await card.rows('Longest steps')).find(
    ({ Step }) => Step === 'integration tests',
  )!;
  expect(steps.length).toBeGreaterThan(5);
  expect(Number(row.Runs)).toBe(steps.length);
  expect(parseFloat(row['Failure rate']!)).toBeCloseTo(
    (steps.filter(({ good }) => !good).length / steps.length) * 100,
    2,
  );
  expectDuration(
    row['Median duration']!,
    quantile(
      steps.map(({ millis }) => millis),
      0.5,
    ),
  );
});

test('DORA: deployment frequency and change failure rate', async () => {
  const card = await cardOf('DORA metrics');
  const good = deployments().filter(deployment => deployment.good).length;
  expect(good).toBeGreaterThan(3);
  expect(await card.fact('Deployment frequency')).toBeCloseTo(
    good / period.days,
    2,
  );
  expect(await card.fact('Change failure rate')).toBeCloseTo(
    ((deployments().length - good) / deployments().length) * 100,
    2,
  );
});

test('DORA: a change leads from its opening to the end of the first deployment that began after its merge', async () => {
  const card = await cardOf('DORA metrics');
  const leads = finished('change').flatMap(change => {
    const [opened, merged] = [change.start_time!, change.end_time!].map(
      Date.parse,
    );
    const carrier = deployments().find(
      ({ start, good }) => good && start >= merged!,
    );
    return carrier ? [carrier.end - opened!] : [];
  });
  expect(leads.length).toBeGreaterThan(3);
  expectDuration(
    await card.factText('Lead time for changes'),
    quantile(leads, 0.5),
  );
});

test('DORA: a failed deployment is restored by the next one that succeeds', async () => {
  const card = await cardOf('DORA metrics');
  const times = deployments().flatMap(({ end, good }, index, all) => {
    const next = all.slice(index + 1).find(later => later.good);
    return good || !next ? [] : [next.end - end];
  });
  expect(times.length).toBeGreaterThan(0);
  expectDuration(await card.factText('Time to restore'), quantile(times, 0.5));
});

test('DORA: reliability is the share of validations of production that passed, with or without a warning', async () => {
  const card = await cardOf('DORA metrics');
  const ofProduction = ofGuardians('validation').filter(event =>
    JSON.parse(event['dt.srg.tags']!).stage?.includes('production'),
  );
  const good = ofProduction.filter(event =>
    ['pass', 'warning'].includes(event['validation.result']!),
  );
  expect(ofProduction.length).toBeGreaterThan(5);
  expect(await card.fact('Reliability')).toBeCloseTo(
    (good.length / ofProduction.length) * 100,
    2,
  );
});
