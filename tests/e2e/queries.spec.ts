import { expect, test } from '@playwright/test';
import { sandboxUrl } from './playwright.config.ts';
import { openAsGuest } from './Portal.ts';
import { Sandbox } from './Sandbox.ts';
import { screenshotPath } from './screenshotPath.ts';

const sandbox = new Sandbox(sandboxUrl);

interface Log {
  'k8s.workload.name': string;
  'k8s.namespace.name': string;
  loglevel: string;
}

test('the queries of an entity are a table and a chart of what the logs hold', async ({
  page,
}) => {
  await openAsGuest(page, '/catalog/default/component/payment/dynatrace');
  const grid = page.getByRole('grid', {
    name: 'Log lines by namespace and level',
  });
  await expect(grid).toBeVisible({ timeout: 60_000 });

  const combinations = new Set<string>();
  const levels = new Set<string>();
  for (const environment of await sandbox.environments()) {
    const logs = await sandbox.records<Log>(
      environment,
      'fetch logs, from:-2h',
    );
    for (const log of logs) {
      if (log['k8s.workload.name'] === 'payment') {
        combinations.add(
          `${environment.name} ${log['k8s.namespace.name']} ${log.loglevel}`,
        );
        if (environment.name === 'production') {
          levels.add(log.loglevel);
        }
      }
    }
  }
  expect(combinations.size).toBeGreaterThan(1);
  await expect(
    page
      .getByRole('article', { name: 'Log lines by namespace and level' })
      .getByRole('list', { name: /^Queries of/ }),
  ).toContainText('record');
  const chart = page
    .getByRole('article', { name: 'Log lines over time' })
    .getByRole('figure', { name: 'lines' });
  for (const level of levels) {
    await expect(
      chart.getByRole('columnheader', { name: level, exact: true }),
    ).toBeAttached();
  }
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
  await card.screenshot({ path: screenshotPath('queries-refused') });
});
