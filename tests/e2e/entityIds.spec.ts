import { expect, test } from '@playwright/test';
import { DrawnCard } from './DrawnCard.ts';
import { sandboxUrl } from './playwright.config.ts';
import { openAsGuest } from './Portal.ts';
import { Sandbox } from './Sandbox.ts';

const sandbox = new Sandbox(sandboxUrl);

/** What examples/catalog says of the component. */
const IDS = ['CLOUD_APPLICATION-FD6EE35E05BF9068', 'SERVICE-1749132448C4918A'];

interface Problem {
  'event.id': string;
  'event.status': string;
  display_id: string;
  'dt.davis.is_duplicate'?: boolean;
  affected_entity_ids: string[];
}

test('a component that is known by its entities has their problems, and the cards that go by entities', async ({
  page,
}) => {
  await openAsGuest(page, '/catalog/default/component/card-network/dynatrace');
  const card = new DrawnCard(page, 'Problems');
  await card.answered();

  const open = new Set<string>();
  for (const environment of await sandbox.environments()) {
    const problems = await sandbox.records<Problem>(
      environment,
      'fetch dt.davis.problems, from:-30d',
    );
    for (const problem of problems) {
      if (
        problem['event.status'] === 'ACTIVE' &&
        !problem['dt.davis.is_duplicate'] &&
        problem.affected_entity_ids.some(id => IDS.includes(id))
      ) {
        open.add(problem.display_id);
      }
    }
  }
  expect(open.size).toBeGreaterThan(0);
  expect(await card.fact('Open')).toBe(open.size);
  const rows = await card.rows('Open problems');
  for (const id of open) {
    expect(rows.filter(row => row.Problem?.includes(id))).toHaveLength(1);
  }

  for (const title of ['Vulnerabilities', 'Ownership', 'Management zones']) {
    await new DrawnCard(page, title).answered();
  }
  await expect(
    page.getByRole('heading', { name: 'Kubernetes workloads' }),
  ).toHaveCount(0);
});
