import { expect, test } from '@playwright/test';
import { sandboxUrl } from './playwright.config.ts';
import { cardOf, expectNoFlaw, openCard, rowsOf } from './Portal.ts';
import { Sandbox } from './Sandbox.ts';
import { screenshotPath } from './screenshotPath.ts';
import { expectedWorkloads, linesOf } from './workloads.ts';

const sandbox = new Sandbox(sandboxUrl);

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1280, 480]) {
    test.describe(`${theme}, ${width} px`, () => {
      test.use({ viewport: { width, height: width < 600 ? 2000 : 1000 } });

      test('shows the workloads of the entity and no others', async ({
        page,
      }) => {
        const card = await openCard(page, 'cart', theme);

        const expected = await expectedWorkloads(
          sandbox,
          labels => labels['backstage.io/kubernetes-id'] === 'webshop.cart',
        );
        expect(expected).not.toEqual([]);
        expect(linesOf(await rowsOf(card))).toEqual(linesOf(expected));
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth),
        ).toBe(width);
        await page.screenshot({
          path: screenshotPath(`cart-${theme}-${width}`),
        });
      });

      test('has no flaw that axe finds', async ({ page }) => {
        const card = await openCard(page, 'cart', theme);
        await rowsOf(card);

        const titleId = await card.getAttribute('aria-labelledby');
        await expectNoFlaw(page, `[aria-labelledby="${titleId}"]`);
      });
    });
  }
}

test('shows the card on the tab of Dynatrace, too', async ({ page }) => {
  const card = await openCard(page, 'cart');
  const onOverview = await rowsOf(card);

  await page.getByRole('link', { name: 'Dynatrace', exact: true }).click();

  await expect(page).toHaveURL(/\/cart\/dynatrace$/);
  await expect(page.getByRole('heading', { name: 'Relations' })).toBeHidden();
  expect(linesOf(await rowsOf(cardOf(page)))).toEqual(linesOf(onOverview));
  await page.screenshot({ path: screenshotPath('tab') });
});

test('asks nobody but the portal', async ({ page, baseURL }) => {
  const elsewhere: string[] = [];
  page.on('request', request => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== baseURL && protocol !== 'data:') {
      elsewhere.push(request.url());
    }
  });

  await rowsOf(await openCard(page, 'cart'));

  expect(elsewhere).toEqual([]);
});
