import { InputError } from '@backstage/errors';
import { MetadataEntry } from '@grailstage/core';
import { posix } from 'node:path';
import { WorkspaceFiles } from './WorkspaceFiles';
import { YamlPath, YamlText, YamlValue } from './YamlText';

/**
 * What is done to the files of a workspace.
 */
export interface Annotated {
  /** The files that concern workloads, each with what was set in it; nothing where it was all there. */
  files: Array<{ path: string; set: string[] }>;
  /** The files that were left as they are, and why. */
  left: Array<{ path: string; reason: string }>;
}

/**
 * Where entries go.
 *
 * `objects`: the metadata of workloads, their pods, services and namespaces. `pods`: those of pods only.
 */
export type AnnotationReach = 'objects' | 'pods';

/**
 * Sets labels and annotations in the Kubernetes manifests, Helm values and kustomizations under some paths.
 *
 * @throws InputError for a file that is named and cannot be changed, and where there is nothing to change at all
 */
export function annotateWorkloads(
  files: WorkspaceFiles,
  options: {
    paths: string[];
    entries: MetadataEntry[];
    reach: AnnotationReach;
    /** The maps of Helm values that take labels or annotations; the chart's usual ones where absent */
    helmPaths?: string[];
  },
): Annotated {
  const annotated: Annotated = { files: [], left: [] };
  for (const { path, isNamed } of chosen(files, options.paths)) {
    const reason = isNamed ? undefined : reasonToLeave(files, path);
    if (reason) {
      annotated.left.push({ path, reason });
      continue;
    }
    let set: string[] | undefined;
    try {
      set = annotateFile(files, path, isNamed, options);
    } catch (error) {
      // A folder has files of all kinds; only those that are named have to be what they are taken for.
      if (
        isNamed ||
        isKustomizationName(path) ||
        !isForeign(files.read(path))
      ) {
        throw error;
      }
      continue;
    }
    if (set) {
      annotated.files.push({ path, set });
    } else if (isNamed) {
      throw new InputError(
        `${path} has no workload, and is neither Helm values nor a kustomization`,
      );
    } else if (isHelmValues(files, path)) {
      annotated.left.push({
        path,
        reason: `none of the usual maps for it is there: name one that the chart reads by \`helmPaths\``,
      });
    }
  }
  if (annotated.files.length === 0) {
    const [first] = annotated.left;
    throw new InputError(
      `there is no Kubernetes manifest, Helm values file or kustomization to change under ${options.paths.join(', ')}${
        first ? `; ${first.path} was left: ${first.reason}` : ''
      }`,
    );
  }
  return annotated;
}

function chosen(files: WorkspaceFiles, paths: string[]) {
  const named = new Set<string>();
  const all = new Set<string>();
  for (const path of paths) {
    const isFile = files.kind(path) === 'file';
    for (const file of files.list(path)) {
      if (isFile) {
        named.add(file);
      }
      if (isFile || /\.ya?ml$/.test(file) || isKustomizationName(file)) {
        all.add(file);
      }
    }
  }
  return [...all].map(path => ({ path, isNamed: named.has(path) }));
}

/** Why a file is not changed although it may be a manifest. */
function reasonToLeave(
  files: WorkspaceFiles,
  path: string,
): string | undefined {
  const folder = posix.dirname(path);
  const chart = chartOf(files, folder);
  if (chart !== undefined && path.startsWith(posix.join(chart, 'templates/'))) {
    return 'it is a template of a Helm chart, whose values file is changed instead';
  }
  const kustomization = kustomizationIn(files, folder);
  if (kustomization && kustomization !== path) {
    return `${kustomization} labels it`;
  }
  return undefined;
}

function annotateFile(
  files: WorkspaceFiles,
  path: string,
  isNamed: boolean,
  options: {
    entries: MetadataEntry[];
    reach: AnnotationReach;
    helmPaths?: string[];
  },
): string[] | undefined {
  const chart = chartOf(files, posix.dirname(path));
  if (
    isNamed &&
    chart !== undefined &&
    path.startsWith(posix.join(chart, 'templates/'))
  ) {
    throw new InputError(
      `${path} is a template of the Helm chart in ${chart}, and only becomes YAML when it is rendered; name the values file of the chart instead`,
    );
  }
  const yaml = YamlText.parse(path, files.read(path));
  const set: string[] = [];
  let concerns = false;
  const put = (document: number, place: YamlPath, value: YamlValue) => {
    concerns = true;
    if (yaml.set(document, place, value)) {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      set.push(`${place.join('.')}=${text}`);
    }
  };
  for (const [document, value] of yaml.values.entries()) {
    if (isKustomizationName(path) || kindOf(value) === 'Kustomization') {
      annotateKustomization(yaml, document, options.entries, (place, text) =>
        put(document, place, text),
      );
      concerns = true;
      continue;
    }
    for (const place of metadataPlaces(value, options.reach)) {
      for (const { kind, key, value: text } of options.entries) {
        put(document, [...place, `${kind}s`, key], text);
      }
    }
  }
  const isValues = isNamed
    ? !yaml.values.some(kindOf)
    : isHelmValues(files, path);
  if (!concerns && isValues) {
    annotateHelmValues(yaml, path, options, isNamed, put);
  }
  if (!concerns) {
    return undefined;
  }
  files.write(path, yaml.text);
  return set;
}

/** Where a manifest has metadata: that of the object, of its pods, of the items of a list. */
function metadataPlaces(value: unknown, reach: AnnotationReach): YamlPath[] {
  const kind = kindOf(value);
  const ofObject: YamlPath[] = reach === 'objects' ? [['metadata']] : [];
  const template: YamlPath = ['spec', 'template', 'metadata'];
  switch (kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
    case 'ReplicationController':
    case 'Job':
    case 'Rollout':
      return [...ofObject, template];
    case 'CronJob':
      return [...ofObject, ['spec', 'jobTemplate', ...template]];
    case 'Pod':
      return [['metadata']];
    case 'Service':
    case 'Namespace':
      return ofObject;
    case 'List':
      return (arrayAt(value, 'items') ?? []).flatMap((item, index) =>
        metadataPlaces(item, reach).map(place => ['items', index, ...place]),
      );
    default:
      return [];
  }
}

/**
 * Labels by `labels`, which leaves selectors as they are: `commonLabels` would change them, and no workload may change
 * its selector.
 */
function annotateKustomization(
  yaml: YamlText,
  document: number,
  entries: MetadataEntry[],
  put: (place: YamlPath, value: YamlValue) => void,
) {
  for (const { kind, key, value } of entries) {
    const kustomization = yaml.values[document] as
      Record<string, any> | undefined;
    if (kind === 'annotation') {
      put(['commonAnnotations', key], value);
      continue;
    }
    const common = kustomization?.commonLabels?.[key];
    if (common === value) {
      continue;
    }
    if (common !== undefined) {
      throw new InputError(
        `the kustomization sets ${key} by \`commonLabels\`, which changes selectors as well; move it to \`labels\` first`,
      );
    }
    const lists: any[] = arrayAt(kustomization, 'labels') ?? [];
    let place = lists.findIndex(list => list?.pairs?.[key] !== undefined);
    if (place < 0) {
      place = lists.findIndex(
        list => list?.includeTemplates && !list.includeSelectors,
      );
    }
    if (place >= 0) {
      put(['labels', place, 'pairs', key], value);
    } else {
      put(['labels', lists.length], {
        pairs: { [key]: value },
        includeTemplates: true,
      });
    }
  }
}

/** The maps of a chart's values that most charts read. */
const helmMaps = {
  label: { pods: ['podLabels'], objects: ['commonLabels', 'podLabels'] },
  annotation: {
    pods: ['podAnnotations'],
    objects: ['commonAnnotations', 'podAnnotations'],
  },
};

function annotateHelmValues(
  yaml: YamlText,
  path: string,
  options: {
    entries: MetadataEntry[];
    reach: AnnotationReach;
    helmPaths?: string[];
  },
  isNamed: boolean,
  put: (document: number, place: YamlPath, value: string) => void,
) {
  const values = yaml.values[0] as Record<string, unknown> | undefined;
  for (const { kind, key, value } of options.entries) {
    const usual = helmMaps[kind][options.reach].filter(
      map => values && map in values,
    );
    const maps = options.helmPaths ?? usual;
    if (maps.length === 0 && isNamed) {
      throw new InputError(
        `${path} has none of ${helmMaps[kind][options.reach].map(map => `\`${map}\``).join(', ')}; name the map that the chart reads by \`helmPaths\``,
      );
    }
    for (const map of maps) {
      put(0, [...map.split('.'), key], value);
    }
  }
}

function isHelmValues(files: WorkspaceFiles, path: string): boolean {
  return (
    /^values([.-].*)?\.ya?ml$/.test(posix.basename(path)) &&
    files.kind(posix.join(posix.dirname(path), 'Chart.yaml')) === 'file'
  );
}

/** The folder of the Helm chart that a folder is in. */
function chartOf(files: WorkspaceFiles, folder: string): string | undefined {
  if (files.kind(posix.join(folder, 'Chart.yaml')) === 'file') {
    return folder;
  }
  const parent = posix.dirname(folder);
  return parent === folder ? undefined : chartOf(files, parent);
}

const kustomizationNames = [
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
];

function isKustomizationName(path: string): boolean {
  return kustomizationNames.includes(posix.basename(path));
}

function kustomizationIn(
  files: WorkspaceFiles,
  folder: string,
): string | undefined {
  return kustomizationNames
    .map(name => posix.join(folder, name))
    .find(path => files.kind(path) === 'file');
}

/** Whether a text has nothing of a manifest, and may be broken for all that it matters here. */
function isForeign(text: string): boolean {
  return !/^\s*(- )?(apiVersion|kind):/m.test(text);
}

function kindOf(value: unknown): string | undefined {
  const { apiVersion, kind } = (value ?? {}) as Record<string, unknown>;
  return typeof apiVersion === 'string' && typeof kind === 'string'
    ? kind
    : undefined;
}

function arrayAt(value: unknown, key: string): unknown[] | undefined {
  const list = (value as Record<string, unknown> | undefined)?.[key];
  return Array.isArray(list) ? list : undefined;
}
