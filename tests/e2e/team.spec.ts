import { expect, test } from '@playwright/test';
import { sandboxUrl } from './playwright.config.ts';
import { expectNoFlaw, openAsGuest } from './Portal.ts';
import { Sandbox } from './Sandbox.ts';
import { screenshotPath } from './screenshotPath.ts';

const sandbox = new Sandbox(sandboxUrl);

interface Deployment {
  'k8s.object': string;
  'k8s.namespace.name': string;
  'tags:k8s.labels': Record<string, string>;
}

/** What the group owns in examples/catalog, and where its annotations look for it. */
const components = new Map<string, (node: Deployment) => boolean>([
  ['cart', () => true],
  ['checkout', node => node['tags:k8s.labels'].stage !== 'development'],
  ['payment', node => node['k8s.namespace.name'] === 'webshop'],
]);

/** How many pods a component has in all environments, as the manifests of its deployments say. */
async function podsOf(component: string): Promise<string> {
  let [ready, desired] = [0, 0];
  for (const environment of await sandbox.environments()) {
    const nodes = await sandbox.records<Deployment>(
      environment,
      'smartscapeNodes "K8S_DEPLOYMENT"',
    );
    const own = nodes.filter(
      node =>
        node['tags:k8s.labels']['app.kubernetes.io/name'] === component &&
        components.get(component)?.(node),
    );
    for (const node of own) {
      const { spec, status } = JSON.parse(node['k8s.object']);
      ready += status.readyReplicas ?? 0;
      desired += spec.replicas;
    }
  }
  return `${ready}/${desired}`;
}

test('the page of a group shows all its components, and leads to each', async ({
  page,
}) => {
  await openAsGuest(page, '/catalog/default/group/orders/dynatrace');
  const grid = page.getByRole('grid', { name: 'Components', exact: true });
  const rows = grid.getByRole('row').filter({ has: page.getByRole('link') });
  await expect(rows).toHaveCount(components.size);
  for (const component of components.keys()) {
    const row = rows.filter({
      has: page.getByRole('link', { name: component, exact: true }),
    });
    await expect(row).toContainText(await podsOf(component));
  }
  // The incident of the demo comes first.
  await expect(rows.first()).toContainText('payment');
  await expectNoFlaw(page);
  await page.screenshot({ path: screenshotPath('team') });

  await rows
    .first()
    .getByRole('link', { name: 'payment', exact: true })
    .click();
  await expect(page).toHaveURL(/\/catalog\/default\/component\/payment$/);
});

test('the home page shows the components of the reader’s groups', async ({
  page,
}) => {
  await openAsGuest(page, '/home');
  const grid = page.getByRole('grid', { name: /^Components of/ });
  await expect(
    grid.getByRole('link', { name: 'checkout', exact: true }),
  ).toBeVisible();
  await page.screenshot({ path: screenshotPath('home') });
  await expectNoFlaw(page, 'article[aria-labelledby]');
});
