import { expect, type Page, test } from '@playwright/test';
import { openAsGuest } from './Portal.ts';
import { sandboxUrl } from './playwright.config.ts';
import { Sandbox } from './Sandbox.ts';

const sandbox = new Sandbox(sandboxUrl);

/** No other test opens it: nothing of it is kept when this one begins. */
const TAB = '/catalog/default/component/recommendation/dynatrace';

interface Report {
  scannedBytes: number;
  queries: { query: string }[];
}

/** What the answers of all cards say that they cost, once they are drawn. */
async function settle(
  page: Page,
  open: () => Promise<unknown>,
): Promise<{ reports: Report[]; millis: number }> {
  const bodies: Promise<{ environments: Report[] }>[] = [];
  page.on('response', response => {
    if (response.url().includes('/api/dynatrace/v1/cards/')) {
      bodies.push(response.json());
    }
  });
  const start = Date.now();
  await open();
  // Looked at with every frame: what `expect` waits between its looks would count, too.
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll('h2')].some(
        title => title.textContent === 'Telemetry coverage',
      ) && document.querySelector('[aria-busy=true]') === null,
    undefined,
    { timeout: 60_000 },
  );
  const millis = Date.now() - start;
  const answers = await Promise.all(bodies);
  return {
    reports: answers.flatMap(({ environments }) => environments),
    millis,
  };
}

test('a page asks each of its queries once, and none again while its answers are new', async ({
  page,
}, testInfo) => {
  const before = await sandbox.queries();
  const first = await settle(page, () => openAsGuest(page, TAB));
  const asked = (await sandbox.queries()) - before;
  const named = first.reports.flatMap(({ queries }) => queries).length;
  expect(named).toBeGreaterThan(20);
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThanOrEqual(named);

  const second = await settle(page, () => page.reload());
  expect((await sandbox.queries()) - before - asked).toBe(0);

  const scanned = first.reports.reduce((sum, r) => sum + r.scannedBytes, 0);
  const cost = `${asked} queries for ${named} of the cards, ${(scanned / 1e6).toFixed(1)} MB scanned; drawn after ${first.millis} ms, and from what is kept after ${second.millis} ms`;
  testInfo.annotations.push({ type: 'cost of the page', description: cost });
  console.log(cost);
});
