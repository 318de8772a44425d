import { expect, test } from '@playwright/test';
import { DrawnCard } from './DrawnCard.ts';
import { expectDuration } from './expectDuration.ts';
import {
  allNodes,
  deliveryEvents,
  mean,
  type Node,
  Period,
} from './plainRecords.ts';
import { portalUrl } from './playwright.config.ts';
import { guestToken, openAsGuest } from './Portal.ts';
import { problemsOf } from './problemsOf.ts';

interface Component {
  metadata: {
    name: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
}

/** The components of the webshop, which is all that the domain has, as far as the guest may see what they do. */
async function components(): Promise<Component[]> {
  const response = await fetch(
    `${portalUrl}/api/catalog/entities?filter=kind=component,spec.system=webshop`,
    { headers: { authorization: `Bearer ${await guestToken()}` } },
  );
  const all = (await response.json()) as Component[];
  return all.filter(
    ({ metadata }) => !metadata.labels?.['webshop.example/confidential'],
  );
}

/** Whether a node is of a component, as the annotations of that say. */
function isOf(node: Node, { metadata }: Component): boolean {
  const labels = node['tags:k8s.labels'] ?? {};
  const namespace = metadata.annotations?.['backstage.io/kubernetes-namespace'];
  return (
    labels['backstage.io/kubernetes-id'] === `webshop.${metadata.name}` &&
    (!namespace || node['k8s.namespace.name'] === namespace) &&
    // What its label selector says.
    (metadata.name !== 'checkout' || labels.stage !== 'development')
  );
}

test('the page of a domain counts over the components of its systems', async ({
  page,
}) => {
  const period = Period.recent(10);
  await openAsGuest(page, period.tabOf('domain/commerce'));
  const all = await components();
  const every = await allNodes();
  const nodes = new Map(
    all.map(component => [
      component.metadata.name,
      every.filter(node => isOf(node, component)),
    ]),
  );

  const problems = new DrawnCard(page, 'Problems');
  await problems.answered();
  const { open, closed } = await problemsOf(period, [...nodes.values()].flat());
  expect(closed.length).toBeGreaterThan(10);
  expect(await problems.fact('Open')).toBe(open.length);
  expect(await problems.fact('Closed')).toBe(closed.length);
  expectDuration(
    await problems.factText('Mean time to resolve'),
    mean(closed.flatMap(({ millis }) => millis ?? [])),
  );

  const dora = new DrawnCard(page, 'DORA metrics');
  await dora.answered();
  const repositories = new Set(
    all.flatMap(({ metadata: { annotations } }) =>
      annotations?.['github.com/project-slug']
        ? [annotations['github.com/project-slug'].split('/')[1]!]
        : [],
    ),
  );
  const runs = new Map<string, { repository: string; good: boolean }>();
  for (const event of await deliveryEvents(period)) {
    const repository = event['vcs.repository.name']!;
    if (
      repositories.has(repository) &&
      event['event.type'] === 'deployment' &&
      event['event.status'] === 'finished' &&
      event['cicd.deployment.release_stage'] === 'production'
    ) {
      const run = `${repository} ${event['cicd.pipeline.run.id']}`;
      const good =
        (runs.get(run)?.good ?? true) &&
        event['cicd.deployment.status'] === 'succeeded';
      runs.set(run, { repository, good });
    }
  }
  const good = [...runs.values()].filter(run => run.good).length;
  const deployed = new Set([...runs.values()].map(run => run.repository)).size;
  expect(deployed).toBeGreaterThan(10);
  expect(await dora.fact('Deployment frequency')).toBeCloseTo(
    good / period.days / deployed,
    2,
  );
  expect(await dora.fact('Change failure rate')).toBeCloseTo(
    ((runs.size - good) / runs.size) * 100,
    2,
  );

  const team = new DrawnCard(page, 'Components');
  await team.answered();
  const rows = await team.rows('Components');
  for (const [component, own] of nodes) {
    const ids = new Set(own.map(({ id }) => id));
    const ofComponent = open.filter(problem =>
      problem['smartscape.affected_entity.ids'].some(id => ids.has(id)),
    );
    // Only the first page is drawn, the worst first.
    if (ofComponent.length > 0) {
      const row = rows.find(row => row.Component === component);
      expect(Number(row?.Problems), component).toBe(ofComponent.length);
    }
  }
});
