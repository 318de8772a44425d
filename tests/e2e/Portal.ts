import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';
import { portalUrl } from './playwright.config.ts';

export type Theme = 'light' | 'dark';

/** Title of the card these tests look at. */
export const CARD_TITLE = 'Kubernetes workloads';

/** A token of the guest user, as the portal's own sign-in page gets it. */
export async function guestToken(): Promise<string> {
  const response = await fetch(`${portalUrl}/api/auth/guest/refresh`, {
    method: 'POST',
  });
  const session = (await response.json()) as {
    backstageIdentity: { token: string };
  };
  return session.backstageIdentity.token;
}

/** Asks the card route. Without a token as nobody. */
export async function askCard(
  entityRef: string,
  options: { token?: string; card?: string; environment?: string } = {},
): Promise<Response> {
  const { token, card = 'kubernetes-deployments', environment } = options;
  const query = new URLSearchParams({
    entityRef,
    ...(environment && { environment }),
  });
  return fetch(`${portalUrl}/api/dynatrace/v1/cards/${card}?${query}`, {
    headers: token ? { authorization: `Bearer ${token}` } : {},
  });
}

/** Opens a page of the portal as guest: through the sign-in page, as a person would. */
export async function openAsGuest(
  page: Page,
  path: string,
  theme: Theme = 'light',
): Promise<void> {
  await page.addInitScript(
    chosen => window.localStorage.setItem('theme', chosen),
    theme,
  );
  await page.goto(path);
  await page.getByRole('button', { name: 'Enter' }).click();
}

/** Expects that axe finds no flaw in what the selectors mean: in all cards, unless they say otherwise. */
export async function expectNoFlaw(
  page: Page,
  ...selectors: string[]
): Promise<void> {
  const axe = new AxeBuilder({ page });
  for (const selector of selectors.length > 0 ? selectors : ['article']) {
    axe.include(selector);
  }
  const { violations } = await axe.analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual(
    [],
  );
}

/** Opens a component of the webshop and returns its card. */
export async function openCard(
  page: Page,
  component: string,
  theme: Theme = 'light',
): Promise<Locator> {
  await openAsGuest(page, `/catalog/default/component/${component}`, theme);
  const card = cardOf(page);
  await expect(card).toBeVisible();
  return card;
}

export function cardOf(page: Page): Locator {
  return page
    .locator('[aria-labelledby]')
    .filter({ has: page.getByRole('heading', { name: CARD_TITLE }) })
    .last();
}

/** What a row of the card says, without the health of the workload. */
export interface Row {
  name: string;
  kind: string;
  cluster: string;
  namespace: string;
  version: string;
  environment: string;
}

/** The rows that a card shows, as a screen reader reads them. */
export async function rowsOf(card: Locator): Promise<Row[]> {
  await expect(card.getByRole('rowheader').first()).toBeVisible();
  const rows = await card.getByRole('grid').evaluate(grid => {
    const textsOf = (row: Element) =>
      [
        ...row.querySelectorAll(
          '[role=columnheader], [role=rowheader], [role=gridcell]',
        ),
      ].map(cell => {
        const copy = cell.cloneNode(true) as Element;
        copy
          .querySelectorAll('[aria-hidden=true]')
          .forEach(hidden => hidden.remove());
        return copy.textContent ?? '';
      });
    const [titles = [], ...found] = [
      ...grid.querySelectorAll('[role=row]'),
    ].map(textsOf);
    return found.map(cells =>
      Object.fromEntries(titles.map((title, index) => [title, cells[index]])),
    );
  });
  return rows.map(row => {
    const [name, kind] = row.Workload!.split('(opens in a new tab)');
    return {
      name: name!.trim(),
      kind: kind!.trim(),
      cluster: row.Cluster!,
      namespace: row.Namespace!,
      version: row.Version!,
      environment: row.Environment!,
    };
  });
}
