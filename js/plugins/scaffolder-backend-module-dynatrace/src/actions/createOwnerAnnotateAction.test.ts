import { createMockDirectory } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { parse } from 'yaml';
import { createOwnerAnnotateAction } from './createOwnerAnnotateAction';
import { examples } from './createOwnerAnnotateAction.examples';

const deployment =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: cart # the cart\nspec:\n  template:\n    metadata:\n      labels: { app: cart }\n';

function group(name: string, annotations = {}) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Group',
    metadata: { name, annotations },
    spec: { type: 'team', children: [] },
  };
}

describe('dynatrace:owner:annotate', () => {
  const workspace = createMockDirectory();
  const catalog = catalogServiceMock({
    entities: [
      group('team-a'),
      group('team-b', { 'dynatrace.com/team-identifier': 'webshop-b' }),
      { ...group('cart'), kind: 'Component' },
    ],
  });
  const action = createOwnerAnnotateAction({ catalog });

  async function run(input: any, isDryRun = false) {
    const context = {
      ...createMockActionContext({ input, workspacePath: workspace.path }),
      isDryRun,
    };
    await action.handler(context);
    return Object.fromEntries(jest.mocked(context.output).mock.calls);
  }

  function text() {
    return (workspace.content() as any).k8s['deployment.yaml'];
  }

  beforeEach(() => {
    workspace.setContent({ k8s: { 'deployment.yaml': deployment } });
  });

  it.each(examples.map(({ description, example }) => [description, example]))(
    'runs: %s',
    async (_, example) => {
      const [step] = parse(example!).steps;
      expect(step.action).toBe(action.id);
      expect(await run(step.input)).toMatchObject({ changed: 1 });
    },
  );

  it('names the team of a group, on the workload and its pods', async () => {
    expect(await run({ owner: 'group:team-b' })).toMatchObject({
      owner: 'webshop-b',
    });
    expect(text()).toBe(
      deployment
        .replace(
          '# the cart\n',
          '# the cart\n  labels:\n    dt.owner: webshop-b\n',
        )
        .replace('{ app: cart }', '{ app: cart, dt.owner: webshop-b }'),
    );
  });

  it('takes an identifier as it is', async () => {
    expect(await run({ owner: 'payments' })).toMatchObject({
      owner: 'payments',
    });
  });

  it('writes nothing in a dry run', async () => {
    expect(await run({ owner: 'payments' }, true)).toMatchObject({
      changed: 1,
    });
    expect(text()).toBe(deployment);
  });

  it.each([
    [{ owner: 'group:nobody' }, /no group:default\/nobody.*may not see/],
    [{ owner: 'component:cart' }, /component:default\/cart is no group/],
    [{ owner: 'team a' }, /`team a` has ` `/],
    [{ owner: 'a', key: 'no key' }, /the key `no key`/],
  ])('refuses %j', async (input, message) => {
    await expect(run(input)).rejects.toThrow(message);
    expect(text()).toBe(deployment);
  });
});
