import { expect, test } from '@playwright/test';
import { sandboxUrl } from './playwright.config.ts';
import { askCard, guestToken, openCard, rowsOf } from './Portal.ts';
import { Sandbox } from './Sandbox.ts';
import { screenshotPath } from './screenshotPath.ts';

const sandbox = new Sandbox(sandboxUrl);

// Components that no other test looks at: an answer from before the outage would still be fresh.
test.beforeEach(() => sandbox.stop('preproduction'));
test.afterEach(() => sandbox.start('preproduction'));

test('keeps the rows of the environment that answers, and names the one that does not', async ({
  page,
}) => {
  const card = await openCard(page, 'search');

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
  const ask = async () =>
    (await askCard('component:default/catalog', { token })).json();
  const during = await ask();
  expect(during.state).toBe('partial');
  expect(during.notes).toContainEqual(
    expect.objectContaining({
      severity: 'error',
      code: 'unreachable',
      environment: 'preproduction',
    }),
  );

  await sandbox.start('preproduction');

  // A failure is remembered for seconds only.
  await expect
    .poll(async () => (await ask()).state, { timeout: 30_000 })
    .toBe('ready');
  expect((await ask()).notes).toEqual([]);
});
