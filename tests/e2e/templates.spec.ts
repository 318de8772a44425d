import { expect, type Page, test } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sandboxUrl } from './playwright.config.ts';
import { expectNoFlaw, openAsGuest } from './Portal.ts';
import { type Environment, GUARDIANS, Sandbox } from './Sandbox.ts';
import { screenshotPath } from './screenshotPath.ts';
import { Task } from './Task.ts';

const sandbox = new Sandbox(sandboxUrl);
let production: Environment;

/** Tells this run from others against the same sandbox. */
const run = Date.now().toString(36);

test.beforeAll(async () => {
  [production] = (await sandbox.environments()) as [Environment];
});

/** A form may have several pages. */
async function next(page: Page) {
  await page.getByRole('button', { name: 'Next' }).click();
}

async function fill(page: Page, field: string, text: string) {
  await page.getByRole('textbox', { name: field, exact: true }).fill(text);
}

/** Chooses in a field of ours. */
async function choose(page: Page, field: string, option: string) {
  await page.getByRole('button', { name: field }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** Writes the reference of an entity into a field of Backstage. */
async function refer(page: Page, field: string, reference: string) {
  await fill(page, field, reference);
  await page.keyboard.press('Tab');
}

test.describe.serial('a Python service', () => {
  let service = new Map<string, string>();

  test('is owned, observable and guarded', async ({ page }) => {
    await openAsGuest(
      page,
      '/create/templates/default/observable-python-service',
    );
    await fill(page, 'Name', 'returns-api');
    await fill(page, 'Description', 'Takes parcels back: "all" of them');
    await refer(page, 'Owner', 'group:default/orders');
    await fill(page, 'Kubernetes namespace', 'webshop');
    await next(page);
    await next(page);
    await expect(
      page.getByRole('button', { name: 'Environment' }),
    ).toContainText('production');
    const task = await Task.run(page);
    expect(task.log).not.toContain('Error');
    expect(task.status).toBe('completed');
    await expect(
      page.getByRole('link', { name: 'Guardian in Dynatrace' }),
    ).toBeVisible();
    await page.screenshot({
      path: screenshotPath('template-python'),
      fullPage: true,
    });

    const { files } = task;
    expect([...files.keys()]).toEqual(
      expect.arrayContaining([
        'Dockerfile',
        'app/main.py',
        'catalog-info.yaml',
        'docs/telemetry.md',
        'k8s/deployment.yaml',
        'k8s/service.yaml',
        'requirements.txt',
        'tests/test_app.py',
      ]),
    );
    const deployment = files.get('k8s/deployment.yaml')!;
    for (const line of [
      'name: returns-api',
      '# Never changes: not the place for version or owner.',
      'dt.owner: orders',
      'dynatrace-release-stage: development',
      'app.kubernetes.io/version: "0.1.0"',
      'app.kubernetes.io/part-of: webshop',
      'metrics.dynatrace.com/scrape: "true"',
      'metrics.dynatrace.com/port: "8080"',
    ]) {
      expect(deployment).toContain(line);
    }
    expect(files.get('requirements.txt')).toMatch(/^prometheus-client>=/m);

    const guardians = await sandbox.settings(production, GUARDIANS);
    expect(
      guardians.filter(({ value }) => value.name === 'returns-api development'),
    ).toEqual([
      expect.objectContaining({
        externalId: 'backstage:guardian:returns-api development',
        value: expect.objectContaining({
          tags: ['service:returns-api', 'stage:development'],
        }),
      }),
    ]);
    service = files;
  });

  test('passes its own tests', () => {
    test.skip(
      spawnSync('python3', [
        '-c',
        'import fastapi, httpx, prometheus_client, pytest',
      ]).status !== 0,
      'python3 with fastapi, httpx, prometheus_client and pytest is not installed',
    );
    const folder = mkdtempSync(join(tmpdir(), 'service-'));
    for (const [path, text] of service) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { status, stdout } = spawnSync('python3', ['-m', 'pytest', '-q'], {
      cwd: folder,
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    expect(status, stdout).toBe(0);
    expect(stdout).toContain('3 passed');
  });
});

test('a release goes on that the guardian lets through', async ({ page }) => {
  await sandbox.addGuardian(
    production,
    `calm service ${run}`,
    'data record(load = 12.5)',
  );
  await openAsGuest(page, '/create/templates/default/release-with-validation');
  await choose(page, 'Guardian', `calm service ${run}`);
  await fill(page, 'Version', `7.1.0-${run}`);
  await page.screenshot({
    path: screenshotPath('template-release'),
    fullPage: true,
  });
  const task = await Task.run(page);
  expect(task.status, task.log).toBe('completed');
  await expect(page.getByRole('cell', { name: 'pass' }).first()).toBeVisible();
  expect(
    await sandbox.records(
      production,
      `fetch events | filter event.type == "release" and artifact.version == "7.1.0-${run}"`,
    ),
  ).toEqual([
    expect.objectContaining({
      'event.provider': 'backstage',
      'cicd.deployment.release_stage': 'production',
    }),
  ]);
});

test('a release stops where the guardian says no, and nothing is told of it', async ({
  page,
}) => {
  await sandbox.addGuardian(
    production,
    `busy service ${run}`,
    'data record(load = 99.0)',
  );
  await openAsGuest(page, '/create/templates/default/release-with-validation');
  await choose(page, 'Guardian', `busy service ${run}`);
  await fill(page, 'Version', `7.2.0-${run}`);
  const task = await Task.run(page);
  expect(task.status, task.log).toBe('failed');
  expect(task.log).toContain(`'busy service ${run}' is 'fail'`);
  expect(
    await sandbox.records(
      production,
      `fetch events | filter event.type == "release" and artifact.version == "7.2.0-${run}"`,
    ),
  ).toEqual([]);
});

test('a release stops at a test that fails, before the guardian is asked', async ({
  page,
}) => {
  const version = `7.3.0-${run}`;
  await sandbox.addGuardian(
    production,
    `idle service ${run}`,
    'data record(load = 12.5)',
  );
  await sandbox.addEvent(production, {
    'event.type': 'test',
    'event.category': 'task',
    'event.status': 'finished',
    'vcs.repository.url.full': 'https://github.com/example/cart',
    'vcs.repository.name': 'cart',
    'artifact.version': version,
    'test.suite.name': 'checkout',
    'test.case.name': 'pays',
    'test.case.result.status': 'fail',
  });
  await openAsGuest(page, '/create/templates/default/release-with-validation');
  await choose(page, 'Guardian', `idle service ${run}`);
  await fill(page, 'Version', version);
  await refer(page, 'Component', 'component:default/cart');
  const task = await Task.run(page);
  expect(task.status, task.log).toBe('failed');
  expect(task.log).toContain('checkout: pays fails');
  expect(task.log).not.toContain('was asked to validate');
});

test('a management zone is made, with the requests for access to it', async ({
  page,
}) => {
  await openAsGuest(page, '/create/templates/default/onboard-management-zone');
  await fill(page, 'Name of the zone', 'Team: returns');
  await fill(page, 'namespaces-0', 'returns');
  await fill(page, 'Group', 'returns-developers');
  const task = await Task.run(page);
  expect(task.status, task.log).toBe('completed');
  const zones = await sandbox.settings(production, 'builtin:management-zones');
  const made = zones.filter(({ value }) => value.name === 'Team: returns');
  expect(made).toEqual([
    expect.objectContaining({ externalId: 'backstage:zone:Team: returns' }),
  ]);
  expect(JSON.stringify(made[0]!.value.rules)).toContain('returns');
  expect(task.files.get('access-request/group.md')).toContain(
    'ALLOW storage:logs:read WHERE storage:k8s.namespace.name = "returns";',
  );
  expect(task.files.get('access-request/ticket.md')).toContain(
    'user:default/guest',
  );
  await expect(
    page.getByRole('link', { name: 'Management zones in Dynatrace' }),
  ).toBeVisible();
  await page.screenshot({
    path: screenshotPath('template-zone'),
    fullPage: true,
  });
});

test('a group of the catalog becomes a team', async ({ page }) => {
  await openAsGuest(page, '/create/templates/default/register-team');
  await refer(page, 'Group', 'group:default/webshop-engineering');
  await choose(page, 'Environment', 'production');
  const task = await Task.run(page);
  expect(task.status, task.log).toBe('completed');
  const teams = await sandbox.settings(production, 'builtin:ownership.teams');
  expect(
    teams.filter(
      ({ externalId }) =>
        externalId === 'backstage:group:default/webshop-engineering',
    ),
  ).toEqual([
    expect.objectContaining({
      value: expect.objectContaining({ identifier: 'webshop-engineering' }),
    }),
  ]);
});

test('a mistake in a query is marked before anybody runs it', async ({
  page,
}) => {
  await openAsGuest(page, '/create/templates/default/dql-query');
  const field = page.getByRole('textbox', { name: 'DQL' });
  await field.fill('fetch logs\n| fliter loglevel == "ERROR"');
  const findings = page.getByRole('list', { name: 'What is wrong with DQL' });
  await expect(findings.getByRole('listitem').first()).toContainText(
    'Line 2, column 3',
  );
  await page.screenshot({
    path: screenshotPath('template-dql'),
    fullPage: true,
  });
  await expectNoFlaw(page, 'form');
  await page.getByRole('button', { name: 'Review' }).click();
  // The form says it as well, in a list of its own.
  await expect(
    page.getByText('Unknown command `fliter`').first(),
  ).toBeVisible();
  await expect(page.getByRole('button', { name: 'Create' })).toBeHidden();
  await page.getByRole('button', { name: 'Use the repaired text' }).click();
  await expect(field).toHaveValue('fetch logs\n| filter loglevel == "ERROR"');
  await expect(page.getByText('Reads logs')).toBeVisible();
});
