import { expect, test } from '@playwright/test';
import { DrawnCard } from './DrawnCard.ts';
import { sandboxUrl } from './playwright.config.ts';
import { expectNoFlaw, openAsGuest } from './Portal.ts';
import { Sandbox } from './Sandbox.ts';
import { screenshotPath } from './screenshotPath.ts';

const sandbox = new Sandbox(sandboxUrl);

interface Log {
  'k8s.workload.name': string;
  'k8s.namespace.name': string;
  loglevel: string;
}

/** How many lines there are of each environment, namespace and level. */
async function countLines(): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const environment of await sandbox.environments()) {
    for (const log of await sandbox.records<Log>(
      environment,
      'fetch logs, from:-2h',
    )) {
      if (log['k8s.workload.name'] === 'payment') {
        const key = `${environment.name} ${log['k8s.namespace.name']} ${log.loglevel}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
  }
  return counts;
}

test('the queries of an entity are a table and a chart of what the logs hold', async ({
  page,
}) => {
  const title = 'Log lines by namespace and level';
  await openAsGuest(page, '/catalog/default/component/payment/dynatrace');
  const card = new DrawnCard(page, title);
  await card.answered();

  // The last two hours move on while the test looks: what is shown lies between both counts.
  const before = await countLines();
  const [response] = await Promise.all([
    page.waitForResponse(/\/v1\/queries\/catalog\?.*refresh=true/),
    page.getByRole('button', { name: `Refresh ${title}` }).click(),
  ]);
  expect(response.status()).toBe(200);
  await card.answered();
  const rows = await card.rows(title);
  const after = await countLines();
  expect(rows.length).toBeGreaterThan(3);
  for (const row of rows) {
    const key = `${row.Environment} ${row['k8s.namespace.name']} ${row.loglevel}`;
    const bounds = [before.get(key) ?? 0, after.get(key) ?? 0];
    const lines = Number(row.lines!.replaceAll(',', ''));
    expect(lines, key).toBeGreaterThanOrEqual(Math.min(...bounds));
    expect(lines, key).toBeLessThanOrEqual(Math.max(...bounds));
  }
  expect(rows.length).toBeLessThanOrEqual(before.size);

  const chart = page
    .getByRole('article', { name: 'Log lines over time' })
    .getByRole('figure', { name: 'lines' });
  for (const key of before.keys()) {
    const [environment, , level] = key.split(' ');
    if (environment === 'production') {
      await expect(
        chart.getByRole('columnheader', { name: level, exact: true }),
      ).toBeAttached();
    }
  }
  await expectNoFlaw(page);
  await page.screenshot({
    path: screenshotPath('queries-payment'),
    fullPage: true,
  });
});

test('a query that the policy refuses is marked at its line and column', async ({
  page,
}) => {
  await openAsGuest(page, '/catalog/default/component/notification/dynatrace');
  const card = page.getByRole('article', { name: 'Visitors who got a mail' });
  await expect(card).toContainText('Line 1, column 7', { timeout: 60_000 });
  await expect(card.locator('mark')).toHaveText('user.sessions');
  await expectNoFlaw(page);
  await card.screenshot({ path: screenshotPath('queries-refused') });
});

test('a query of the configuration counts the errors of each pod on the overview of its entity', async ({
  page,
}) => {
  interface Line {
    'k8s.workload.name': string;
    'k8s.pod.name': string;
    loglevel: string;
    timestamp: string;
  }
  const countErrors = async () => {
    const pods = new Map<string, { errors: number; latest: number }>();
    for (const environment of await sandbox.environments()) {
      for (const line of await sandbox.records<Line>(
        environment,
        'fetch logs, from:-2h',
      )) {
        if (
          line['k8s.workload.name'] === 'shipping' &&
          line.loglevel === 'ERROR'
        ) {
          const errors = (pods.get(line['k8s.pod.name'])?.errors ?? 0) + 1;
          const latest = Date.parse(line.timestamp);
          pods.set(line['k8s.pod.name'], { errors, latest });
        }
      }
    }
    return pods;
  };
  await openAsGuest(page, '/catalog/default/component/shipping');
  const card = new DrawnCard(page, 'Errors by pod');
  await card.answered();
  // The last two hours move on: what is shown is what there is when nothing moved meanwhile.
  await expect(async () => {
    await card.refresh();
    const rows = await card.rows('Errors by pod');
    const shown = rows.map(row => [
      row['k8s.pod.name'],
      { errors: Number(row.errors), latest: Date.parse(row.latest!) },
    ]);
    expect(shown.length).toBeGreaterThan(0);
    expect(new Map(shown as [])).toEqual(await countErrors());
  }).toPass({ timeout: 30_000, intervals: [5_000] });
  await card.locator.screenshot({ path: screenshotPath('queries-custom') });
});

test('a long timeframe refuses no query that names its own, and one for other environments leads to them', async ({
  page,
}) => {
  await openAsGuest(
    page,
    '/catalog/default/component/payment/dynatrace?from=now-90d&environment=preproduction',
  );
  const table = new DrawnCard(page, 'Log lines by namespace and level');
  await table.answered();
  const rows = await table.rows('Log lines by namespace and level');
  expect(rows.length).toBeGreaterThan(1);

  const other = page.getByRole('article', { name: 'Log lines over time' });
  await expect(other).toContainText('The query is only for production.');
  await other.screenshot({ path: screenshotPath('queries-not-asked') });
  await other.getByRole('button', { name: 'Show all environments' }).click();
  await expect(other.getByRole('figure', { name: 'lines' })).toBeVisible();
  await expect(page).not.toHaveURL(/environment=/);
});
