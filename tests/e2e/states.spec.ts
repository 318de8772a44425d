import { expect, test } from '@playwright/test';
import { askCard, guestToken, openCard } from './Portal.ts';
import { screenshotPath } from './screenshotPath.ts';

test('an entity without annotation is told which one to add', async ({
  page,
}) => {
  const response = await askCard('component:default/ui-kit', {
    token: await guestToken(),
  });
  const answer = await response.json();
  expect(answer.state).toBe('missing-annotation');
  expect(answer.sections).toEqual([]);

  const card = await openCard(page, 'ui-kit');
  for (const annotation of answer.annotations) {
    await expect(card).toContainText(`${annotation}:`);
  }
  await expect(card.getByRole('row')).toHaveCount(0);
  await page.screenshot({ path: screenshotPath('missing-annotation') });
});

test('a malformed label selector is an error that says where', async ({
  page,
}) => {
  const response = await askCard('component:default/legacy-gateway', {
    token: await guestToken(),
  });
  expect(response.status).toBe(400);
  const { code, span } = await response.json();
  expect(code).toBe('invalid-label-selector');
  // `app in (gateway, proxy` ends where the parenthesis is missing.
  expect(span.start).toBe('app in (gateway, proxy'.length);

  const card = await openCard(page, 'legacy-gateway');
  await expect(card.getByRole('alert')).toContainText(`${span.start}`);
  await expect(card.getByRole('alert')).toContainText(
    'backstage.io/kubernetes-label-selector',
  );
  await expect(card.getByRole('row')).toHaveCount(0);
  await page.screenshot({ path: screenshotPath('malformed-selector') });
});
