import { expect, type Page, test } from '@playwright/test';
import { DrawnCard } from './DrawnCard.ts';
import { nodesOf, Period, sandbox } from './plainRecords.ts';
import { openAsGuest } from './Portal.ts';
import type { Environment } from './Sandbox.ts';

// What the cards of governance show of cart, against what the settings and entities of the sandbox say.

let page: Page;

test.beforeAll(async ({ browser }) => {
  page = await browser.newPage();
  await openAsGuest(page, Period.recent(10).tabOf('component/cart'));
});

test.afterAll(() => page.close());

async function cardOf(title: string): Promise<DrawnCard> {
  const card = new DrawnCard(page, title);
  await card.answered();
  return card;
}

interface Workload {
  kubernetesLabels?: Record<string, string>;
  managementZones: string[];
}

/** The workloads of cart as the environment has them, with the zones it says they are in. */
async function workloads(environment: Environment): Promise<Workload[]> {
  const all = await sandbox.records<Workload>(
    environment,
    'fetch dt.entity.cloud_application | fieldsAdd managementZones, kubernetesLabels',
  );
  return all.filter(
    ({ kubernetesLabels }) =>
      kubernetesLabels?.['backstage.io/kubernetes-id'] === 'webshop.cart',
  );
}

test('management zones: those that the environment itself says, and how many of the workloads are in each', async () => {
  const card = await cardOf('Management zones');
  const expected: string[] = [];
  for (const environment of await sandbox.environments()) {
    const own = await workloads(environment);
    const zones = own.flatMap(({ managementZones }) => managementZones);
    for (const zone of new Set(zones)) {
      const inside = zones.filter(other => other === zone).length;
      expected.push(
        `${zone} in ${environment.name}: ${inside} of ${own.length}`,
      );
    }
  }
  const rows = await card.rows('Zones');
  expect(
    rows
      .map(row => `${row.Zone} in ${row.Environment}: ${row.Entities}`)
      .toSorted(),
  ).toEqual(expected.toSorted());
});

test('management zones: the rule that puts a workload into a zone is the one that names its namespace or its team', async () => {
  interface Rule {
    enabled: boolean;
    entitySelector?: string;
    attributeRule?: {
      entityType: string;
      conditions: { key: string; stringValue?: string }[];
    };
  }
  const namespaces = new Map([
    ['Stage: production', 'webshop'],
    ['Stage: development', 'webshop-dev'],
    ['Stage: hardening', 'webshop-hardening'],
  ]);
  const card = await cardOf('Management zones');
  const rows = await card.rows('Zones');
  for (const row of rows) {
    const environment = (await sandbox.environments()).find(
      ({ name }) => name === row.Environment,
    )!;
    const zone = (
      await sandbox.settings(environment, 'builtin:management-zones')
    ).find(({ value }) => value.name === row.Zone)!;
    const place = (zone.value.rules as Rule[]).findIndex(
      ({ enabled, entitySelector, attributeRule }) =>
        enabled &&
        (entitySelector?.includes('tag("[Kubernetes]team:orders")') ||
          (attributeRule?.entityType === 'CLOUD_APPLICATION' &&
            attributeRule.conditions.every(
              ({ key, stringValue }) =>
                key === 'CLOUD_APPLICATION_NAMESPACE_NAME' &&
                stringValue === namespaces.get(row.Zone!),
            ))),
    );
    expect(row['Because of'], row.Zone).toContain(`rule ${place + 1}:`);
  }
  expect(rows.length).toBeGreaterThan(3);
});

test('management zones: a component is onboarded where its workloads are in the zone of its team', async () => {
  const card = await cardOf('Management zones');
  const rows = await card.rows('Onboarding');
  for (const environment of await sandbox.environments()) {
    const own = await workloads(environment);
    const zones = new Set(own.flatMap(it => it.managementZones));
    const isIn = own.every(it => it.managementZones.includes('Team: orders'));
    const row = rows.find(row => row.Environment === environment.name)!;
    expect(row['Zones of its team']).toBe('Team: orders');
    expect(row.State === 'onboarded', environment.name).toBe(isIn);
    expect(Number(row['Zones it is in'])).toBe(zones.size);
  }
  expect(rows).toHaveLength(2);
});

test('ownership: the team that the labels of all workloads name, with what its settings say of it', async () => {
  interface Team {
    name: string;
    identifier: string;
    supplementaryIdentifiers: { supplementaryIdentifier: string }[];
    responsibilities: Record<string, boolean>;
    contactDetails: { email?: string; slackChannel?: string }[];
    links: { url: string }[];
  }
  const card = await cardOf('Ownership');
  const [production] = await sandbox.environments();
  const nodes = await nodesOf('cart');
  const named = nodes
    .filter(({ type }) => type === 'K8S_DEPLOYMENT')
    .map(node => node['tags:k8s.labels']!['dt.owner']!);
  const teams = (
    await sandbox.settings(production!, 'builtin:ownership.teams')
  ).map(({ value }) => value as unknown as Team);
  const expected = teams.filter(
    team =>
      named.includes(team.identifier) ||
      team.supplementaryIdentifiers.some(it =>
        named.includes(it.supplementaryIdentifier),
      ),
  );
  expect(expected).toHaveLength(1);
  const [team] = expected as [Team];

  const rows = await card.rows('Teams');
  expect(rows.map(row => [row.Team, row.Identifier])).toEqual([
    [team.name, team.identifier],
  ]);
  const inWords = Object.entries(team.responsibilities)
    .filter(([, has]) => has)
    .map(([name]) => name.replaceAll(/[A-Z]/g, it => ` ${it.toLowerCase()}`));
  expect(rows[0]!.Responsibilities!.split(', ').toSorted()).toEqual(
    inWords.toSorted(),
  );
  for (const { email, slackChannel } of team.contactDetails) {
    expect(rows[0]!.Contacts).toContain(email ?? slackChannel);
  }
  const links = await card.locator
    .getByRole('grid', { name: 'Teams', exact: true })
    .getByRole('link')
    .evaluateAll(found => found.map(link => link.getAttribute('href')));
  expect(links).toEqual(
    expect.arrayContaining(team.links.map(({ url }) => url)),
  );

  const [component] = await card.rows('Catalog and Dynatrace');
  expect(component!['Teams in Dynatrace']).toBe(team.name);
  expect(component!.State).toBe('agree');
  expect(Number(component!.Entities)).toBe(named.length);
});
