import { createMockDirectory } from '@backstage/backend-test-utils';
import type { TelemetryPlan } from '@grailstage/core';
import { parse } from 'yaml';
import { addRequirements } from './addRequirements';
import { applyWiring } from './applyWiring';
import { WorkspaceFiles } from './WorkspaceFiles';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  template:
    metadata:
      labels: {app: orders}
    spec:
      containers:
        - name: orders
          image: orders # built by the pipeline
          env:
            # what the service reads
            - name: LOG_LEVEL
              value: info
        - name: sidecar
          image: proxy
`;

const plan = {
  service: 'orders',
  markdown: '# Telemetry of orders\n',
  wiring: {
    podAnnotations: [{ key: 'metrics.dynatrace.com/scrape', value: 'true' }],
    environment: [
      { name: 'OTEL_SERVICE_NAME', value: 'orders' },
      {
        name: 'OTEL_EXPORTER_OTLP_HEADERS',
        secret: { name: 'dynatrace-otlp', key: 'headers' },
      },
    ],
    packages: [
      { registry: 'pypi', name: 'opentelemetry-distro', version: '>=0.47b0' },
    ],
    collectorConfig: 'receivers: {}\n',
    steps: ['make the secret'],
  },
} as Partial<TelemetryPlan> as TelemetryPlan;

describe('applyWiring', () => {
  const workspace = createMockDirectory();

  function apply(isDryRun = false, options = {}, of = plan) {
    const files = new WorkspaceFiles(workspace.path, { isDryRun });
    const applied = applyWiring(files, of, options);
    return { ...applied, changed: [...files.changed.keys()] };
  }

  beforeEach(() => {
    workspace.setContent({
      'k8s/orders.yaml': deployment,
      'requirements.txt': 'fastapi==0.115.0  # web\n',
    });
  });

  it('wires pods, dependencies and collector, and keeps all else', () => {
    apply(false, { planFile: 'docs/telemetry.md' });
    const content = workspace.content() as any;
    expect(content['requirements.txt']).toBe(
      'fastapi==0.115.0  # web\nopentelemetry-distro>=0.47b0\n',
    );
    expect(content['otel-collector.yaml']).toBe('receivers: {}\n');
    expect(content.docs['telemetry.md']).toBe('# Telemetry of orders\n');
    const text: string = content.k8s['orders.yaml'];
    const lines = text.split('\n');
    let next = 0;
    for (const line of deployment.split('\n')) {
      next = lines.indexOf(line, next) + 1;
      expect({ line, next }).not.toEqual({ line, next: 0 });
    }
    const { metadata, spec } = parse(text).spec.template;
    expect(metadata.annotations).toEqual({
      'metrics.dynatrace.com/scrape': 'true',
    });
    const added = [
      { name: 'OTEL_SERVICE_NAME', value: 'orders' },
      {
        name: 'OTEL_EXPORTER_OTLP_HEADERS',
        valueFrom: { secretKeyRef: { name: 'dynatrace-otlp', key: 'headers' } },
      },
    ];
    expect(spec.containers[0].env).toEqual([
      { name: 'LOG_LEVEL', value: 'info' },
      ...added,
    ]);
    expect(spec.containers[1].env).toEqual(added);
  });

  it('changes nothing the second time', () => {
    apply();
    const first = workspace.content();
    const { files, changed } = apply();
    expect(workspace.content()).toEqual(first);
    expect([files, changed]).toEqual([[], []]);
  });

  it('writes nothing in a dry run, and lists what it would', () => {
    const before = workspace.content();
    const { files } = apply(true);
    expect(workspace.content()).toEqual(before);
    expect(files.map(({ path }) => path)).toEqual([
      'k8s/orders.yaml',
      'requirements.txt',
      'otel-collector.yaml',
    ]);
  });

  it('leaves what says something else, and tells that', () => {
    workspace.addContent({
      'k8s/orders.yaml': deployment.replace(
        '- name: LOG_LEVEL\n              value: info',
        '- name: OTEL_SERVICE_NAME\n              value: other',
      ),
      'otel-collector.yaml': 'receivers: { otlp: {} }\n',
    });
    const { steps } = apply();
    expect(steps).toEqual([
      'make the secret',
      expect.stringMatching(/another value for OTEL_SERVICE_NAME/),
      expect.stringMatching(/otel-collector\.yaml is there/),
    ]);
    expect((workspace.content() as any).k8s['orders.yaml']).toContain(
      'value: other',
    );
  });

  it('tells by hand what there is no file for', () => {
    workspace.setContent({ 'pyproject.toml': '[project]\n' });
    const { steps } = apply();
    expect(steps).toEqual([
      'make the secret',
      expect.stringMatching(/no workload under \./),
      'add to the dependencies in pyproject.toml: opentelemetry-distro >=0.47b0',
    ]);
    workspace.setContent({});
    expect(apply().steps).toContain(
      'there is no requirements.txt: add opentelemetry-distro >=0.47b0',
    );
  });

  it('adds to package.json in its own layout', () => {
    const manifest =
      '{\n    "name": "a",\n    "dependencies": {\n        "express": "5"\n    }\n}\n';
    workspace.addContent({ 'package.json': manifest });
    const wiring = {
      ...plan.wiring,
      packages: [
        { registry: 'npm', name: '@opentelemetry/api', version: '^1.9.0' },
      ],
    };
    apply(false, {}, { ...plan, wiring });
    expect((workspace.content() as any)['package.json']).toBe(
      manifest.replace(
        '"5"\n',
        '"5",\n        "@opentelemetry/api": "^1.9.0"\n',
      ),
    );
  });
});

describe('addRequirements', () => {
  const packages = [{ name: 'prometheus-client', version: '>=0.20' }];

  it.each([
    ['a', 'a\nprometheus-client>=0.20\n'],
    ['', 'prometheus-client>=0.20\n'],
    ['a\r\n', 'a\r\nprometheus-client>=0.20\r\n'],
    ['# prometheus-client\n', '# prometheus-client\nprometheus-client>=0.20\n'],
    ['Prometheus_Client == 0.19\n', 'Prometheus_Client == 0.19\n'],
    [
      'prometheus.client[x]>1 ; python_version > "3"\n',
      'prometheus.client[x]>1 ; python_version > "3"\n',
    ],
  ])('adds to %j what is missing', (before, after) => {
    expect(addRequirements(before, packages).text).toBe(after);
  });
});
