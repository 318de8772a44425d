import { expect, type Locator, type Page, test } from '@playwright/test';
import { sandboxUrl } from './playwright.config.ts';
import {
  askCard,
  CARD_TITLE,
  cardOf,
  expectNoFlaw,
  guestToken,
  openAsGuest,
  openCard,
  rowsOf,
} from './Portal.ts';
import { Sandbox } from './Sandbox.ts';
import { screenshotPath } from './screenshotPath.ts';
import { UnconfiguredPortal } from './UnconfiguredPortal.ts';

const sandbox = new Sandbox(sandboxUrl);

// Each test has a component of its own, which no test asked for in the last ten minutes: what is kept meets no fault.
test.afterEach(async ({ page }, { title }) => {
  await sandbox.clearFaults();
  for (const { name } of await sandbox.environments()) {
    await sandbox.start(name);
  }
  await expectNoFlaw(page);
  const name = title
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, '-')
    .slice(0, 60);
  await page.screenshot({
    path: screenshotPath(`state-${name}`),
    fullPage: true,
  });
});

function refresh(page: Page, card: Locator): Promise<void> {
  return card
    .getByRole('button', { name: `Refresh ${CARD_TITLE}` })
    .or(card.getByRole('button', { name: 'Try again' }))
    .first()
    .click();
}

function notesOf(card: Locator): Locator {
  return card.getByRole('list', { name: `Notes on ${CARD_TITLE}` });
}

test('while it loads, a card has the shape of an answer, and says that it is busy', async ({
  page,
}) => {
  await sandbox.addFault({ kind: 'latency', millis: 4000, route: 'execute' });
  const card = await openCard(page, 'notification');
  await expect(card).toHaveAttribute('aria-busy', 'true');
  await expect(
    card.getByRole('status').filter({ hasText: `Loading ${CARD_TITLE}` }),
  ).toBeAttached();
  await expect(card.getByRole('grid')).toHaveCount(0);
  await page.screenshot({ path: screenshotPath('state-loading') });
  await expect(card).not.toHaveAttribute('aria-busy', 'true');
  await expect(card.getByRole('rowheader').first()).toBeVisible();
});

test('without a configuration it says what to add to it', async ({ page }) => {
  const portal = await UnconfiguredPortal.start();
  try {
    await openAsGuest(page, `${portal.url}/catalog/default/component/cart`);
    const card = cardOf(page);
    await expect(card).toContainText('No Dynatrace environment is configured');
    await expect(card).toContainText('app-config.yaml');
    await expect(card).toContainText('environments:');
    await expect(card.getByRole('row')).toHaveCount(0);
    await expectNoFlaw(page);
  } finally {
    await portal.stop();
  }
});

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
});

test('a reader without permission is told so, and nothing is asked', async ({
  page,
}) => {
  const before = await sandbox.queries();
  const response = await askCard('component:default/accounting', {
    token: await guestToken(),
  });
  expect(response.status).toBe(403);

  const card = await openCard(page, 'accounting');
  await expect(card).toContainText('You may not see this card');
  await expect(card).toContainText('dynatrace.card.read');
  await expect(card.getByRole('button')).toHaveCount(0);
  await page.getByRole('link', { name: 'Dynatrace', exact: true }).click();
  await expect(page.getByText('You may not see').first()).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(0);
  expect(await sandbox.queries()).toBe(before);
});

test('a scope that the token lacks is named, and costs columns, not the card', async ({
  page,
}) => {
  const scope = 'storage:security.events:read';
  await sandbox.addFault({ kind: 'lacks-scope', scope });
  const card = await openCard(page, 'batch-report');
  await expect(card.getByRole('rowheader').first()).toBeVisible();
  await expect(notesOf(card)).toContainText(scope);
  await expect(card).not.toContainText('with vulnerabilities');
});

test('a scope without which there is no answer is named', async ({ page }) => {
  const scope = 'storage:smartscape:read';
  await sandbox.addFault({ kind: 'lacks-scope', scope });
  const card = await openCard(page, 'shipping');
  await expect(card.getByRole('alert')).toContainText(
    'No Dynatrace environment answered',
  );
  for (const note of await notesOf(card).getByRole('listitem').all()) {
    await expect(note).toContainText(scope);
  }
  await expect(card.getByRole('row')).toHaveCount(0);

  await sandbox.clearFaults();
  // A refusal is remembered for seconds.
  await expect(async () => {
    await refresh(page, card);
    await expect(card.getByRole('rowheader').first()).toBeVisible({
      timeout: 3000,
    });
  }).toPass();
});

test('where Dynatrace asks to slow down, it says how long', async ({
  page,
}) => {
  await sandbox.addFault({
    kind: 'rate-limited',
    retryAfterSeconds: 120,
    route: 'execute',
  });
  const card = await openCard(page, 'kafka');
  await expect(notesOf(card)).toContainText('Dynatrace asks to slow down');
  await expect(notesOf(card)).toContainText('120');
  await expect(card.getByRole('button', { name: 'Try again' })).toBeVisible();
  await expect(card.getByRole('row')).toHaveCount(0);
});

test('an answer that is cut off says so, and what to do', async ({ page }) => {
  await openAsGuest(page, '/catalog/default/component/inventory/dynatrace');
  const card = page.getByRole('article', { name: 'Every request it answered' });
  await expect(card.getByRole('rowheader').first()).toBeVisible({
    timeout: 60_000,
  });
  const notes = card.getByRole('list', { name: /^Notes on/ });
  await expect(notes).toContainText('The answer is cut off');
  await expect(notes).toContainText('limit');
  // What is drawn is no more than the policy lets a query of an entity have of each environment.
  await expect(card).toContainText(/of 2,?000/);
});

test('what matches nothing is no table, but where and for what was searched', async ({
  page,
}) => {
  const card = await openCard(page, 'gift-cards');
  await expect(card).toContainText('No workloads found');
  await expect(card).toContainText('production and preproduction');
  await expect(card).toContainText('webshop.gift-cards');
  await expect(card.getByRole('row')).toHaveCount(0);
});

test('where no environment answers, it says why, and answers once they are back', async ({
  page,
}) => {
  const environments = await sandbox.environments();
  for (const { name } of environments) {
    await sandbox.stop(name);
  }
  const card = await openCard(page, 'node-agent');
  await expect(card.getByRole('alert')).toContainText(
    'No Dynatrace environment answered',
  );
  for (const { name } of environments) {
    await expect(notesOf(card)).toContainText(name);
    await sandbox.start(name);
  }
  await expect(notesOf(card)).toContainText('Dynatrace cannot be reached');
  await page.screenshot({ path: screenshotPath('state-failed') });
  await expect(async () => {
    await refresh(page, card);
    await expect(card.getByRole('rowheader').first()).toBeVisible({
      timeout: 3000,
    });
  }).toPass();
});

test('what cannot be renewed stays, with its age and the reason', async ({
  page,
}) => {
  const card = await openCard(page, 'storefront');
  const rows = await rowsOf(card);
  for (const { name } of await sandbox.environments()) {
    await sandbox.stop(name);
  }
  // An answer of the last five seconds is as good as a new one.
  await expect(async () => {
    await card
      .getByRole('button', { name: `Refresh ${CARD_TITLE}` })
      .click({ timeout: 3000 });
    await expect(card).toContainText('Could not refresh, last updated', {
      timeout: 3000,
    });
  }).toPass();
  await expect(card).toContainText('Dynatrace cannot be reached');
  expect(await rowsOf(card)).toEqual(rows);
  await page.screenshot({ path: screenshotPath('state-stale') });

  for (const { name } of await sandbox.environments()) {
    await sandbox.start(name);
  }
  await expect(async () => {
    await card
      .getByRole('button', { name: 'Try again' })
      .click({ timeout: 3000 });
    await expect(card).not.toContainText('Could not refresh', {
      timeout: 3000,
    });
  }).toPass();
  expect(await rowsOf(card)).toEqual(rows);
});
