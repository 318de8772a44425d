import { createMockDirectory } from '@backstage/backend-test-utils';
import type { MetadataEntry } from '@grailstage/core';
import { readFileSync, symlinkSync } from 'node:fs';
import { annotateWorkloads } from './annotateWorkloads';
import { WorkspaceFiles } from './WorkspaceFiles';

const owner: MetadataEntry = {
  kind: 'label',
  key: 'dt.owner',
  value: 'team-a',
};
const version: MetadataEntry = {
  kind: 'label',
  key: 'app.kubernetes.io/version',
  value: '1.20',
};

const manifest = `# The service
apiVersion: v1
kind: Service
metadata: {name: cart}   # no labels yet
spec:
  selector:
    app: cart
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
  labels:
    app: cart   # what the service selects
    # dt.owner: to be said
spec:
  replicas: 2
  selector:
    matchLabels: {app: cart}
  template:
    metadata:
      labels:
        app: cart
        app.kubernetes.io/version: "1.19" # set by the pipeline
    spec:
      containers:
        - name: cart
          image: 'cart:1.19'
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: cart
data:
  rule: "{{ $labels.pod }}"
`;

/** Paths with `/` between as nested folders. */
class WorkspaceContent {
  readonly tree: Record<string, any> = {};

  constructor(content: Record<string, string>) {
    for (const [path, file] of Object.entries(content)) {
      const names = path.split('/');
      const last = names.pop()!;
      const folder = names.reduce((it, name) => (it[name] ??= {}), this.tree);
      folder[last] = file;
    }
  }
}

describe('annotateWorkloads', () => {
  const workspace = createMockDirectory();

  function annotate(
    options: Partial<Parameters<typeof annotateWorkloads>[1]>,
    isDryRun = false,
  ) {
    const files = new WorkspaceFiles(workspace.path, { isDryRun });
    const annotated = annotateWorkloads(files, {
      paths: ['.'],
      entries: [owner],
      reach: 'objects',
      ...options,
    });
    return { ...annotated, changed: [...files.changed.keys()] };
  }

  function text(path: string): string {
    return path
      .split('/')
      .reduce<any>((it, name) => it[name], workspace.content());
  }

  it('names the owner on workloads, their pods and services, and keeps all else', () => {
    workspace.setContent({ 'k8s/cart.yaml': manifest });
    annotate({});
    expect(text('k8s/cart.yaml')).toBe(
      manifest
        .replace(
          '{name: cart}   #',
          '{name: cart, labels: { dt.owner: team-a }}   #',
        )
        .replace(
          'app: cart   # what the service selects\n',
          'app: cart   # what the service selects\n    dt.owner: team-a\n',
        )
        .replace(
          '"1.19" # set by the pipeline\n',
          '"1.19" # set by the pipeline\n        dt.owner: team-a\n',
        ),
    );
  });

  it('names the release on pods only, in its place', () => {
    workspace.setContent({ 'k8s/cart.yaml': manifest });
    annotate({ entries: [version], reach: 'pods' });
    expect(text('k8s/cart.yaml')).toBe(
      manifest.replace('"1.19" # set', '"1.20" # set'),
    );
  });

  it('changes nothing the second time', () => {
    workspace.setContent({ 'k8s/cart.yaml': manifest });
    annotate({ entries: [owner, version] });
    const first = text('k8s/cart.yaml');
    const again = annotate({ entries: [owner, version] });
    expect(text('k8s/cart.yaml')).toBe(first);
    expect(again.changed).toEqual([]);
    expect(again.files).toEqual([{ path: 'k8s/cart.yaml', set: [] }]);
  });

  it('writes nothing in a dry run, and tells what it would', () => {
    workspace.setContent({ 'k8s/cart.yaml': manifest });
    const { files, changed } = annotate(
      { entries: [version], reach: 'pods' },
      true,
    );
    expect(text('k8s/cart.yaml')).toBe(manifest);
    expect(changed).toEqual(['k8s/cart.yaml']);
    expect(files[0].set).toEqual([
      'spec.template.metadata.labels.app.kubernetes.io/version=1.20',
    ]);
  });

  it('reaches into the items of a list, and the pods of a cron job', () => {
    workspace.setContent({
      'all.yaml':
        'apiVersion: v1\nkind: List\nitems:\n- apiVersion: batch/v1\n  kind: CronJob\n  spec:\n    jobTemplate:\n      spec:\n        template:\n          spec: {}\n',
    });
    annotate({ entries: [version], reach: 'pods' });
    expect(text('all.yaml')).toContain(
      '          spec: {}\n          metadata:\n            labels:\n              app.kubernetes.io/version: "1.20"\n',
    );
  });

  it('labels by a kustomization without changing selectors, and leaves what it labels', () => {
    const kustomization = 'resources:\n  - cart.yaml # all\nnamePrefix: eu-\n';
    workspace.setContent({
      'base/kustomization.yaml': kustomization,
      'base/cart.yaml': manifest,
    });
    const { left } = annotate({ entries: [owner, version] });
    expect(text('base/kustomization.yaml')).toBe(
      `${kustomization}labels:
  - pairs:
      dt.owner: team-a
      app.kubernetes.io/version: "1.20"
    includeTemplates: true
`,
    );
    expect(text('base/cart.yaml')).toBe(manifest);
    expect(left).toEqual([
      { path: 'base/cart.yaml', reason: 'base/kustomization.yaml labels it' },
    ]);
    const first = text('base/kustomization.yaml');
    annotate({ entries: [owner, version] });
    expect(text('base/kustomization.yaml')).toBe(first);
  });

  it('refuses a label that a kustomization has among those of selectors', () => {
    workspace.setContent({
      'kustomization.yaml': 'commonLabels:\n  dt.owner: team-b\n',
    });
    expect(() => annotate({})).toThrow(/commonLabels/);
  });

  it('annotates by a kustomization', () => {
    workspace.setContent({ 'kustomization.yaml': 'resources: [a.yaml]\n' });
    annotate({ entries: [{ ...owner, kind: 'annotation' }] });
    expect(text('kustomization.yaml')).toBe(
      'resources: [a.yaml]\ncommonAnnotations:\n  dt.owner: team-a\n',
    );
  });

  it('puts labels into the values of a chart, whose templates stay as they are', () => {
    const template = 'kind: Deployment\nname: {{ .Release.Name }}\n';
    workspace.setContent({
      'chart/Chart.yaml': 'apiVersion: v2\nname: cart\n',
      'chart/values.yaml': 'podLabels: {} # for pods\nreplicas: 1\n',
      'chart/templates/deployment.yaml': template,
    });
    const { left } = annotate({ entries: [version], reach: 'pods' });
    expect(text('chart/values.yaml')).toBe(
      'podLabels: # for pods\n  app.kubernetes.io/version: "1.20"\nreplicas: 1\n',
    );
    expect(text('chart/templates/deployment.yaml')).toBe(template);
    expect(left.map(({ path }) => path)).toEqual([
      'chart/templates/deployment.yaml',
    ]);
  });

  it('takes the maps of a chart that are named', () => {
    workspace.setContent({
      'chart/Chart.yaml': 'name: cart\n',
      'chart/values.yaml': 'server:\n  port: 80\n',
    });
    annotate({
      paths: ['chart/values.yaml'],
      entries: [version],
      reach: 'pods',
      helmPaths: ['server.podLabels'],
    });
    expect(text('chart/values.yaml')).toBe(
      'server:\n  port: 80\n  podLabels:\n    app.kubernetes.io/version: "1.20"\n',
    );
  });

  it.each([
    [
      'a template of a chart',
      {
        'c/Chart.yaml': 'name: c\n',
        'c/templates/a.yaml': 'kind: {{ .x }}\n',
      },
      'c/templates/a.yaml',
      /c\/templates\/a\.yaml is a template of the Helm chart in c.*values file/,
    ],
    [
      'a template elsewhere',
      { 'a.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ x }}\n' },
      'a.yaml',
      /a\.yaml, line 4: this is a template.*values file/,
    ],
    [
      'a file that has nothing to do with it',
      { 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\n' },
      'a.yaml',
      /a\.yaml has no workload/,
    ],
    [
      'values without a map for it',
      { 'values.yaml': 'a: b\n' },
      'values.yaml',
      /values\.yaml has none of `commonLabels`, `podLabels`.*helmPaths/,
    ],
    ['nothing', {}, 'k8s', /there is no file or folder k8s/],
  ])('refuses %s that is named', (_, content, path, message) => {
    workspace.setContent(content);
    expect(() => annotate({ paths: [path] })).toThrow(message);
    expect(workspace.content()).toEqual(new WorkspaceContent(content).tree);
  });

  it('says so where there is nothing to change at all', () => {
    workspace.setContent({ 'README.md': 'x', 'a.yaml': 'b: {{ c\n' });
    expect(() => annotate({})).toThrow(/there is no Kubernetes manifest/);
  });

  it('does not leave the workspace', () => {
    workspace.setContent({ 'in/a.yaml': manifest, 'out/b.yaml': manifest });
    const files = new WorkspaceFiles(`${workspace.path}/in`, {
      isDryRun: false,
    });
    expect(() => files.read('../out/b.yaml')).toThrow();
    symlinkSync(
      `${workspace.path}/out/b.yaml`,
      `${workspace.path}/in/link.yaml`,
    );
    expect(() => files.read('link.yaml')).toThrow();
    expect(() => files.write('link.yaml', 'x')).toThrow();
    symlinkSync(`${workspace.path}/out`, `${workspace.path}/in/folder`);
    expect(() => files.write('folder/b.yaml', 'x')).toThrow();
    expect(files.list('.')).toEqual(['a.yaml']);
    // The mock directory cannot read content with links to folders in it.
    expect(readFileSync(`${workspace.path}/out/b.yaml`, 'utf8')).toBe(manifest);
  });
});
