import { createMockDirectory } from '@backstage/backend-test-utils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { parse } from 'yaml';
import { createTelemetryApplyAction } from './createTelemetryApplyAction';
import { examples as applyExamples } from './createTelemetryApplyAction.examples';
import { createTelemetryPlanAction } from './createTelemetryPlanAction';
import { examples as planExamples } from './createTelemetryPlanAction.examples';

const pythonOnAlpine = parse(planExamples[0].example!).steps[0].input;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  template:
    metadata:
      labels: { app: orders } # selected
    spec:
      containers:
        - name: orders
          image: orders
`;

describe('telemetry', () => {
  const workspace = createMockDirectory();

  async function run(
    action: ReturnType<
      typeof createTelemetryApplyAction | typeof createTelemetryPlanAction
    >,
    input: any,
    isDryRun = false,
  ) {
    const context = {
      ...createMockActionContext({ input, workspacePath: workspace.path }),
      isDryRun,
    };
    await (action.handler as any)(context);
    return Object.fromEntries(jest.mocked(context.output).mock.calls) as any;
  }

  beforeEach(() => {
    workspace.setContent({
      k8s: { 'deployment.yaml': deployment },
      'requirements.txt': 'fastapi\n',
    });
  });

  it.each([
    ...planExamples.map(it => [createTelemetryPlanAction(), it] as const),
    ...applyExamples.map(it => [createTelemetryApplyAction(), it] as const),
  ])('runs the examples of $id', async (action, { example }) => {
    const [step] = parse(example!).steps;
    expect(step.action).toBe(action.id);
    expect((await run(action, step.input)).markdown).toMatch(/^# Telemetry of/);
  });

  it('plans three ways for Python on Alpine, and says what is not confirmed', async () => {
    const output = await run(createTelemetryPlanAction(), pythonOnAlpine);
    expect(output).toMatchObject({
      logs: 'one-agent',
      metrics: 'prometheus',
      traces: 'otlp-direct',
    });
    expect(output.markdown).toContain('Not confirmed: ');
    for (const source of output.plan.sources) {
      expect(source.url).toMatch(/^https:/);
      expect(source.read).toMatch(/^\d{4}-\d\d-\d\d$/);
    }
  });

  it('applies the plan once, however often it runs', async () => {
    const action = createTelemetryApplyAction();
    const { changed, files } = await run(action, pythonOnAlpine);
    expect(changed).toBe(2);
    expect(files.map((it: any) => it.path)).toEqual([
      'k8s/deployment.yaml',
      'requirements.txt',
    ]);
    const first = workspace.content() as any;
    const { metadata, spec } = parse(first.k8s['deployment.yaml']).spec
      .template;
    expect(metadata.annotations['metrics.dynatrace.com/port']).toBe('8080');
    expect(spec.containers[0].env).toContainEqual({
      name: 'OTEL_EXPORTER_OTLP_PROTOCOL',
      value: 'http/protobuf',
    });
    expect(await run(action, pythonOnAlpine)).toMatchObject({
      changed: 0,
      files: [],
    });
    expect(workspace.content()).toEqual(first);
  });

  it('writes nothing in a dry run, and lists what it would', async () => {
    const before = workspace.content();
    const { changed } = await run(
      createTelemetryApplyAction(),
      pythonOnAlpine,
      true,
    );
    expect(changed).toBe(2);
    expect(workspace.content()).toEqual(before);
  });

  it('writes the configuration of a collector', async () => {
    await run(createTelemetryApplyAction(), {
      ...pythonOnAlpine,
      collector: true,
    });
    const config = parse((workspace.content() as any)['otel-collector.yaml']);
    expect(config.service.pipelines).toEqual({
      traces: {
        receivers: ['otlp'],
        processors: ['memory_limiter'],
        exporters: ['otlphttp'],
      },
    });
  });

  it('refuses an address that is none', async () => {
    await expect(
      run(createTelemetryPlanAction(), {
        ...pythonOnAlpine,
        otlpEndpoint: 'x',
      }),
    ).rejects.toThrow(/`otlpEndpoint` is `x`/);
  });
});
