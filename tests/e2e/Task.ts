import { expect, type Page } from '@playwright/test';
import { portalUrl } from './playwright.config.ts';
import { guestToken } from './Portal.ts';

interface TaskEvent {
  type: 'log' | 'completion';
  body: { message: string };
}

/** A task that a template has started, as the scaffolder tells of it. */
export class Task {
  private constructor(private readonly events: TaskEvent[]) {}

  /** Reviews and creates what the form on the page holds, and waits for the end of the task. */
  static async run(page: Page): Promise<Task> {
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.waitForURL('**/create/tasks/*');
    const id = new URL(page.url()).pathname.split('/').at(-1)!;
    const token = await guestToken();
    const read = async (): Promise<TaskEvent[]> => {
      const response = await fetch(
        `${portalUrl}/api/scaffolder/v2/tasks/${id}/events`,
        { headers: { authorization: `Bearer ${token}` } },
      );
      expect(response.status).toBe(200);
      return (await response.json()) as TaskEvent[];
    };
    let events: TaskEvent[] = [];
    await expect
      .poll(
        async () => {
          events = await read();
          return events.some(({ type }) => type === 'completion');
        },
        { timeout: 45_000, message: `the end of task ${id}` },
      )
      .toBe(true);
    return new Task(events);
  }

  /** `completed` or `failed`. */
  get status(): string | undefined {
    const end = this.events.find(({ type }) => type === 'completion');
    return end?.body.message.match(/status: (\w+)/)?.[1];
  }

  /** Everything its steps have logged. */
  get log(): string {
    return this.events.map(({ body }) => body.message).join('\n');
  }

  /** The files of the workspace by path, as `debug:log` has listed them with their contents. */
  get files(): Map<string, string> {
    const listed = this.events.find(({ body }) =>
      body.message.includes('Workspace:\n - '),
    );
    const parts = (listed?.body.message ?? '').split(
      /^ - ([\w./-]+):\n\n {2}/m,
    );
    const files = new Map<string, string>();
    for (let index = 1; index < parts.length; index += 2) {
      files.set(parts[index]!, parts[index + 1]!);
    }
    return files;
  }
}
