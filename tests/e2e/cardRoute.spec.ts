import { expect, test } from '@playwright/test';
import { sandboxUrl } from './playwright.config.ts';
import { askCard, guestToken, type Row } from './Portal.ts';
import { Sandbox } from './Sandbox.ts';
import { type Condition, expectedWorkloads, linesOf } from './workloads.ts';

const sandbox = new Sandbox(sandboxUrl);
const ID = 'backstage.io/kubernetes-id';

test('answers a guest with a card of both environments', async () => {
  const response = await askCard('component:default/cart', {
    token: await guestToken(),
  });

  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json');
  const answer = await response.json();
  expect(answer).toMatchObject({
    card: 'kubernetes-deployments',
    state: 'ready',
    notes: [],
    environments: [
      { name: 'production', state: 'ready' },
      { name: 'preproduction', state: 'ready' },
    ],
  });
  const [table] = answer.sections;
  expect(table.columns.map((column: { key: string }) => column.key)).toEqual([
    'workload',
    'cluster',
    'namespace',
    'version',
    'pods',
    'restarts',
    'warnings',
    'problems',
    'vulnerabilities',
    'logs',
    'environment',
  ]);
});

const selections: [component: string, condition: Condition][] = [
  ['cart', labels => labels[ID] === 'webshop.cart'],
  [
    'checkout',
    labels =>
      labels['app.kubernetes.io/name'] === 'checkout' &&
      ['hardening', 'production'].includes(labels.stage ?? ''),
  ],
  [
    'payment',
    (labels, node) =>
      labels[ID] === 'webshop.payment' &&
      node['k8s.namespace.name'] === 'webshop',
  ],
  ['kafka', labels => labels['app.kubernetes.io/name'] === 'kafka'],
  ['batch-report', labels => labels[ID] === 'webshop.batch-report'],
  ['node-agent', labels => labels[ID] === 'webshop.node-agent'],
];
for (const [component, condition] of selections) {
  test(`has the workloads that the annotations of ${component} select, and no others`, async () => {
    const response = await askCard(`component:default/${component}`, {
      token: await guestToken(),
    });

    const {
      sections: [{ columns, rows }],
    } = (await response.json()) as {
      sections: [{ columns: { key: string }[]; rows: unknown[][] }];
    };
    const shown = rows.map(cells => {
      const row = Object.fromEntries(
        columns.map(({ key }, index) => [key, cells[index]]),
      );
      const { text: name, detail: kind } = row.workload as Record<
        'text' | 'detail',
        string
      >;
      return { ...row, name, kind } as Row;
    });
    const expected = await expectedWorkloads(sandbox, condition);
    expect(expected).not.toEqual([]);
    expect(linesOf(shown)).toEqual(linesOf(expected));
  });
}

test('answers one environment when the request names it', async () => {
  const response = await askCard('component:default/cart', {
    token: await guestToken(),
    environment: 'preproduction',
  });

  const answer = await response.json();
  expect(
    answer.environments.map(
      (environment: { name: string }) => environment.name,
    ),
  ).toEqual(['preproduction']);
});

test('refuses a caller without a token', async () => {
  const response = await askCard('component:default/cart');
  expect(response.status).toBe(401);
});

test('does not find an entity that is not in the catalog', async () => {
  const response = await askCard('component:default/no-such-component', {
    token: await guestToken(),
  });
  expect(response.status).toBe(404);
});

test('does not find a card that does not exist', async () => {
  const response = await askCard('component:default/cart', {
    token: await guestToken(),
    card: 'no-such-card',
  });
  expect(response.status).toBe(404);
  expect((await response.json()).code).toBe('unknown-card');
});
