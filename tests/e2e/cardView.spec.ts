import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { askCard, expectNoFlaw, guestToken, openAsGuest } from './Portal.ts';
import { screenshotPath } from './screenshotPath.ts';

const TAB = '/catalog/default/component/cart/dynatrace';

/** What the cards of the page asked for since it was opened, by the path of the request. */
function cardRequests(page: Page): URL[] {
  const requests: URL[] = [];
  page.on('request', request => {
    const url = new URL(request.url());
    if (url.pathname.startsWith('/api/dynatrace/v1/cards/')) {
      requests.push(url);
    }
  });
  return requests;
}

test('a link opens the timeframe and the environment it names', async ({
  page,
}) => {
  const requests = cardRequests(page);
  await openAsGuest(page, `${TAB}?from=now-7d&environment=production`);
  const pickers = page.getByRole('region', { name: 'What the cards show' });
  await expect(
    pickers.getByRole('button', { name: /Last 7 days/ }),
  ).toBeVisible();
  await expect(
    pickers.getByRole('button', { name: /production/ }),
  ).toBeVisible();
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0);

  expect(requests.length).toBeGreaterThan(1);
  for (const { searchParams } of requests) {
    const [from, to] = ['from', 'to'].map(name =>
      Date.parse(searchParams.get(name)!),
    );
    expect(to! - from!).toBe(7 * 86_400_000);
    expect(searchParams.getAll('environment')).toEqual(['production']);
  }
  await expectNoFlaw(page, 'section[aria-label]', 'article');
  await page.screenshot({ path: screenshotPath('pickers') });
});

test('the keyboard chooses a timeframe, which the address keeps', async ({
  page,
}) => {
  await openAsGuest(page, TAB);
  await page.getByRole('button', { name: /Timeframe/ }).press('Enter');
  await page.getByRole('option', { name: 'Last 24 hours' }).press('Enter');
  await expect(page).toHaveURL(/\?from=now-24h$/);
  await page.goBack();
  await expect(page).not.toHaveURL(/from=/);
});

test('the keyboard sorts, pages, searches and shows all columns of a table', async ({
  page,
}) => {
  await openAsGuest(page, `${TAB}?environment=production`);
  const card = page.getByRole('article', { name: 'DORA metrics' });
  const grid = card.getByRole('grid', { name: 'Latest changes' });
  const leadTimes = async () => {
    const texts = await grid
      .getByRole('row')
      .getByRole('gridcell')
      .filter({ hasText: /hr$|min$|days$/ })
      .allInnerTexts();
    return texts.map(text => {
      const [, amount, unit] = text.match(/([\d.]+) (hr|min|days?)/) ?? [];
      const hours = { hr: 1, min: 1 / 60, days: 24, day: 24 }[unit ?? ''];
      return Number(amount) * (hours ?? NaN);
    });
  };

  const title = grid.getByRole('columnheader', { name: 'Lead time' });
  await title.focus();
  await page.keyboard.press('Enter');
  await expect(title).toHaveAttribute('aria-sort', 'ascending');
  const ascending = await leadTimes();
  expect(ascending.length).toBeGreaterThan(3);
  expect(ascending).toEqual(ascending.toSorted((a, b) => a - b));
  await page.keyboard.press('Enter');
  await expect(title).toHaveAttribute('aria-sort', 'descending');
  const descending = await leadTimes();
  expect(descending).toEqual(descending.toSorted((a, b) => b - a));
  expect(descending[0]).toBeGreaterThan(ascending[0]!);

  const first = await grid.getByRole('rowheader').first().innerText();
  await card
    .getByRole('button', { name: 'Next table page' })
    .first()
    .press('Enter');
  await expect(grid.getByRole('rowheader').first()).not.toHaveText(first);

  const [word] = first.match(/\d+/) ?? [];
  const search = card.getByRole('searchbox', { name: 'Search Latest changes' });
  await search.press('Control+A');
  await search.pressSequentially(word!);
  await expect(grid.getByRole('rowheader').first()).toContainText(word!);
  await search.press('Escape');

  // What tells where a version is known from waits for readers who look closely.
  const places = page.getByRole('grid', { name: 'Since when, by whom' });
  const source = places.getByRole('columnheader', { name: 'Known by' });
  await expect(places).toBeVisible();
  await expect(source).toHaveCount(0);
  await page
    .getByRole('button', { name: 'All columns of Since when, by whom' })
    .press('Enter');
  await expect(source).toBeVisible();
});

test('the keyboard chooses environments, which the address keeps', async ({
  page,
}) => {
  await openAsGuest(page, TAB);
  const picker = page.getByRole('button', { name: /Environments/ }).first();
  await picker.press('Enter');
  await page.getByRole('option', { name: 'preproduction' }).press('Enter');
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/environment=preproduction/);
  await expect(
    page
      .getByRole('article', { name: 'Kubernetes workloads' })
      .getByRole('list', { name: 'Environments' }),
  ).toHaveText('preproduction');
});

test('an address that makes no sense says so and leads back', async ({
  page,
}) => {
  await openAsGuest(page, `${TAB}?from=soon`);
  await page.getByRole('button', { name: 'Drop the timeframe' }).click();
  await expect(page).not.toHaveURL(/from=/);
  await expect(page.getByRole('grid').first()).toBeVisible();
});

test('a table is downloaded with all its rows', async ({ page }) => {
  const response = await askCard('system:default/webshop', {
    token: await guestToken(),
  });
  const { sections } = await response.json();

  await openAsGuest(page, '/catalog/default/system/webshop/dynatrace');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page
      .getByRole('button', { name: /^Download Kubernetes workloads as CSV/ })
      .press('Enter'),
  ]);
  expect(download.suggestedFilename()).toBe(
    'webshop-kubernetes-deployments.csv',
  );
  const csv = readFileSync(await download.path(), 'utf8');
  expect(csv.startsWith('\uFEFF"Workload","Workload (URL)",')).toBe(true);
  expect(csv.trimEnd().split('\r\n')).toHaveLength(1 + sections[0].rows.length);
});

test('the tab is in German where the reader chose German', async ({ page }) => {
  await page.addInitScript(() => window.localStorage.setItem('language', 'de'));
  await openAsGuest(page, TAB);
  for (const name of ['Kubernetes-Workloads', 'Schwachstellen']) {
    await expect(
      page.getByRole('heading', { name, exact: true }),
    ).toBeVisible();
  }
  await expect(page.getByRole('button', { name: /Zeitraum/ })).toBeVisible();
  await page.screenshot({ path: screenshotPath('tab-german') });
});
