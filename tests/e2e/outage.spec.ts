import { expect, test } from '@playwright/test';
import { sandboxUrl } from './playwright.config.ts';
import { askCard, guestToken, openCard, rowsOf } from './Portal.ts';
import { Sandbox } from './Sandbox.ts';
import { screenshotPath } from './screenshotPath.ts';

const sandbox = new Sandbox(sandboxUrl);

test.beforeEach(() => sandbox.stop('preproduction'));
test.afterEach(() => sandbox.start('preproduction'));

test('keeps the rows of the environment that answers, and names the one that does not', async ({
  page,
}) => {
  const card = await openCard(page, 'cart');

  const environments = (await rowsOf(card)).map(row => row.environment);
  expect(environments.length).toBeGreaterThan(0);
  expect(new Set(environments)).toEqual(new Set(['production']));
  await expect(
    card
      .getByRole('list', { name: /^Notes/ })
      .getByText('preproduction', { exact: true }),
  ).toBeVisible();
  await page.screenshot({ path: screenshotPath('outage'), fullPage: true });
});

test('shows the environment again once it is back', async () => {
  const token = await guestToken();
  const during = await (
    await askCard('component:default/cart', { token })
  ).json();
  expect(during.state).toBe('partial');
  expect(during.notes).toContainEqual(
    expect.objectContaining({
      severity: 'error',
      code: 'unreachable',
      environment: 'preproduction',
    }),
  );

  await sandbox.start('preproduction');

  const after = await (
    await askCard('component:default/cart', { token })
  ).json();
  expect(after.state).toBe('ready');
  expect(after.notes).toEqual([]);
});
