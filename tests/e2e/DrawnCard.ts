import { expect, type Locator, type Page } from '@playwright/test';

/** What a card on a page shows, read as a screen reader does. */
export class DrawnCard {
  readonly locator: Locator;

  constructor(
    private readonly page: Page,
    title: string,
  ) {
    this.locator = page.getByRole('article', { name: title, exact: true });
  }

  /** Waits until the answer is drawn. */
  async answered(): Promise<void> {
    await expect(
      this.locator.getByRole('list', { name: /^Queries of/ }),
    ).toBeVisible({ timeout: 60_000 });
    await expect(this.locator).not.toHaveAttribute('aria-busy', 'true');
  }

  /** The number that stands with a title at a glance; percentages as they are written. */
  async fact(title: string): Promise<number> {
    const text = await this.factText(title);
    const number = text.match(/-?\d[\d,]*(\.\d+)?/);
    if (!number) {
      throw new Error(`no number in ${JSON.stringify(text)}`);
    }
    return Number(number[0].replaceAll(',', ''));
  }

  /** What stands with a title at a glance. */
  async factText(title: string): Promise<string> {
    const fact = this.locator
      .getByRole('list', { name: 'At a glance' })
      .getByRole('listitem')
      .filter({ has: this.page.getByText(title, { exact: true }) })
      .or(
        this.locator
          .getByRole('list', { name: 'At a glance' })
          .getByRole('listitem')
          .filter({ hasText: new RegExp(`^[\\d,.]+ ${title}$`) }),
      );
    return (await fact.first().innerText()).replace(title, '');
  }

  /** Brings the answer up to date. */
  async refresh(): Promise<void> {
    const answered = this.page.waitForResponse(/[?&]refresh=true/);
    await this.locator.getByRole('button', { name: /^Refresh / }).click();
    await answered;
    await this.answered();
  }

  /** The rows of a table that are on its first page, each by the titles of its columns; times in ISO 8601. */
  async rows(table: string): Promise<Record<string, string>[]> {
    const grid = this.locator.getByRole('grid', { name: table, exact: true });
    await expect(grid.getByRole('rowheader').first()).toBeVisible();
    return grid.evaluate(element => {
      const textOf = (cell: Element) => {
        const time = cell.querySelector('time');
        if (time) {
          return time.dateTime;
        }
        const copy = cell.cloneNode(true) as Element;
        copy
          .querySelectorAll('[aria-hidden=true]')
          .forEach(hidden => hidden.remove());
        return (copy.textContent ?? '')
          .replaceAll('(opens in a new tab)', ' ')
          .replaceAll(/\s+/g, ' ')
          .trim();
      };
      const titles = [...element.querySelectorAll('[role=columnheader]')].map(
        textOf,
      );
      return [...element.querySelectorAll('[role=row]')]
        .map(row => [
          ...row.querySelectorAll('[role=rowheader], [role=gridcell]'),
        ])
        .filter(cells => cells.length === titles.length)
        .map(cells =>
          Object.fromEntries(
            cells.map((cell, index) => [titles[index]!, textOf(cell)]),
          ),
        );
    });
  }
}
