import { expect, test } from '@playwright/test';
import { sandboxUrl } from './playwright.config.ts';
import { openAsGuest } from './Portal.ts';
import { Sandbox } from './Sandbox.ts';
import { screenshotPath } from './screenshotPath.ts';

test('the template shows what Grail answers', async ({ page }) => {
  const [production] = await new Sandbox(sandboxUrl).environments();
  const nodes = await new Sandbox(sandboxUrl).kubernetesNodes(production!);
  const cluster = nodes.find(node => node.type === 'K8S_CLUSTER');

  await openAsGuest(page, '/create/templates/default/dql-query');
  await page
    .getByRole('textbox', { name: 'DQL' })
    .fill('smartscapeNodes "K8S_CLUSTER"\n| fields name');
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Create' }).click();

  await expect(page.getByText(cluster!.name)).toBeVisible();
  await expect(
    page.getByRole('link', { name: 'Open in a Dynatrace notebook' }),
  ).toBeVisible();
  await page.screenshot({ path: screenshotPath('template'), fullPage: true });
});
