import { createMockDirectory } from '@backstage/backend-test-utils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { parse } from 'yaml';
import { createReleaseAnnotateAction } from './createReleaseAnnotateAction';
import { examples } from './createReleaseAnnotateAction.examples';

const pod = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: cart # the cart\n';

describe('dynatrace:release:annotate', () => {
  const workspace = createMockDirectory();
  const action = createReleaseAnnotateAction();

  async function run(input: any, isDryRun = false) {
    const context = {
      ...createMockActionContext({ input, workspacePath: workspace.path }),
      isDryRun,
    };
    await action.handler(context);
    return Object.fromEntries(jest.mocked(context.output).mock.calls);
  }

  beforeEach(() => {
    workspace.setContent({
      'pod.yaml': pod,
      chart: {
        'Chart.yaml': 'name: cart\n',
        'values.yaml': 'server:\n  port: 80\n',
      },
    });
  });

  it.each(examples.map(({ description, example }) => [description, example]))(
    'runs: %s',
    async (_, example) => {
      const [step] = parse(example!).steps;
      expect(step.action).toBe(action.id);
      expect(await run(step.input)).toMatchObject({ changed: 1 });
    },
  );

  it('writes the labels that OneAgent reads', async () => {
    expect(
      await run({ version: '1.20', stage: 'production', product: 'shop' }),
    ).toMatchObject({ changed: 1, files: [{ path: 'pod.yaml' }] });
    expect(workspace.content()).toMatchObject({
      'pod.yaml': `${pod}  labels:
    app.kubernetes.io/version: "1.20"
    dynatrace-release-stage: production
    app.kubernetes.io/part-of: shop
`,
    });
  });

  it('writes nothing in a dry run', async () => {
    expect(await run({ version: '1.20' }, true)).toMatchObject({ changed: 1 });
    expect(workspace.content()).toMatchObject({ 'pod.yaml': pod });
  });

  it.each([
    [{}, /`version` is missing/],
    [{ version: '1.2+3' }, /`1\.2\+3` has `\+`.*1\.2\.3_build/],
    [{ version: '1', paths: ['../elsewhere'] }, /path/i],
  ])('refuses %j', async (input, message) => {
    await expect(run(input)).rejects.toThrow(message);
    expect(workspace.content()).toMatchObject({ 'pod.yaml': pod });
  });
});
