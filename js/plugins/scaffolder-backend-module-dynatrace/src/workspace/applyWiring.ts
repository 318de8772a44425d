import { InputError } from '@backstage/errors';
import { TelemetryPlan, TelemetryWiring } from '@grailstage/core';
import { addRequirements } from './addRequirements';
import { WorkspaceFiles } from './WorkspaceFiles';
import { YamlPath, YamlText, YamlValue } from './YamlText';

/** What is done to the files of a workspace. */
export interface AppliedWiring {
  /** The files that have changed, or would have */
  files: Array<{ path: string; set: string[] }>;
  /** What is left to be done by hand */
  steps: string[];
}

/**
 * Writes what a plan needs into the files of a workspace. What is there already stays, also where it says something
 * else: that is told as a step to be done by hand.
 *
 * @throws InputError for a file that is named and cannot be used
 */
export function applyWiring(
  files: WorkspaceFiles,
  plan: TelemetryPlan,
  options: {
    manifests?: string[];
    dependencies?: string;
    collectorConfig?: string;
    planFile?: string;
  },
): AppliedWiring {
  const { wiring } = plan;
  const applied: AppliedWiring = { files: [], steps: [...wiring.steps] };
  const change = (path: string, text: string, set: string[]) => {
    if (files.write(path, text)) {
      applied.files.push({ path, set });
    }
  };
  if (wiring.podAnnotations.length > 0 || wiring.environment.length > 0) {
    wirePods(files, wiring, options.manifests ?? ['.'], applied, change);
  }
  addPackages(files, wiring, options.dependencies, applied, change);
  if (wiring.collectorConfig) {
    const path = options.collectorConfig ?? 'otel-collector.yaml';
    if (files.kind(path) !== 'file') {
      change(path, wiring.collectorConfig, ['configuration of a collector']);
    } else if (files.read(path) !== wiring.collectorConfig) {
      applied.steps.push(
        `${path} is there and is not overwritten: see that its pipelines export to Dynatrace`,
      );
    }
  }
  if (options.planFile) {
    change(options.planFile, plan.markdown, ['the plan']);
  }
  return applied;
}

const templates: Record<string, YamlPath> = {
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  Rollout: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  Pod: [],
};

function wirePods(
  files: WorkspaceFiles,
  wiring: TelemetryWiring,
  paths: string[],
  applied: AppliedWiring,
  change: (path: string, text: string, set: string[]) => void,
) {
  let pods = 0;
  for (const path of new Set(paths.flatMap(it => files.list(it)))) {
    const isNamed = paths.some(it => it === path);
    if (!/\.ya?ml$/.test(path) && !isNamed) {
      continue;
    }
    const text = files.read(path);
    if (!/^\s*kind:/m.test(text) && !isNamed) {
      continue;
    }
    let yaml: YamlText;
    try {
      yaml = YamlText.parse(path, text);
    } catch (error) {
      if (isNamed) {
        throw error;
      }
      applied.steps.push(`wire it by hand: ${(error as Error).message}`);
      continue;
    }
    const set: string[] = [];
    for (const [document, value] of yaml.values.entries()) {
      const { apiVersion, kind } = (value ?? {}) as Record<string, string>;
      if (typeof apiVersion === 'string' && Object.hasOwn(templates, kind)) {
        pods += 1;
        const pod = { yaml, document, template: templates[kind], path };
        set.push(...wirePod(pod, wiring, applied.steps));
      }
    }
    if (set.length > 0) {
      change(path, yaml.text, set);
    }
  }
  if (pods === 0) {
    applied.steps.push(
      `there is no workload under ${paths.join(', ')}: annotate its pods and set the environment of its containers where it is deployed from`,
    );
  }
}

function wirePod(
  pod: {
    yaml: YamlText;
    document: number;
    template: YamlPath;
    path: string;
  },
  wiring: TelemetryWiring,
  steps: string[],
): string[] {
  const { yaml, document, template, path } = pod;
  const set: string[] = [];
  const current = () =>
    template.reduce<any>((it, key) => it?.[key], yaml.values[document]);
  const differs = (what: string) =>
    steps.push(
      `${path} has another value for ${what}, which was left as it is`,
    );
  for (const { key, value } of wiring.podAnnotations) {
    const present = current()?.metadata?.annotations?.[key];
    if (present === undefined) {
      yaml.set(document, [...template, 'metadata', 'annotations', key], value);
      set.push(`${key}=${value}`);
    } else if (String(present) !== value) {
      differs(key);
    }
  }
  const containers: unknown[] = current()?.spec?.containers ?? [];
  for (const place of containers.keys()) {
    for (const { name, value, secret } of wiring.environment) {
      const list: any[] = current()?.spec?.containers?.[place]?.env ?? [];
      const present = list.find(variable => variable?.name === name);
      const wanted: { [key: string]: YamlValue } = secret
        ? { name, valueFrom: { secretKeyRef: { ...secret } } }
        : { name, value: value ?? '' };
      if (!present) {
        const env = [...template, 'spec', 'containers', place, 'env'];
        yaml.set(document, [...env, list.length], wanted);
        set.push(name);
      } else if (secret ? !present.valueFrom : present.value !== value) {
        differs(name);
      }
    }
  }
  return set;
}

function addPackages(
  files: WorkspaceFiles,
  { packages }: TelemetryWiring,
  named: string | undefined,
  applied: AppliedWiring,
  change: (path: string, text: string, set: string[]) => void,
) {
  const [first] = packages;
  if (!first) {
    return;
  }
  const usual = first.registry === 'npm' ? 'package.json' : 'requirements.txt';
  const path = named ?? usual;
  const list = packages.map(({ name, version }) => `${name} ${version}`);
  if (files.kind(path) !== 'file') {
    if (named) {
      throw new InputError(`there is no file ${named} to name dependencies in`);
    }
    applied.steps.push(
      first.registry === 'pypi' && files.kind('pyproject.toml') === 'file'
        ? `add to the dependencies in pyproject.toml: ${list.join(', ')}`
        : `there is no ${usual}: add ${list.join(', ')}`,
    );
    return;
  }
  const isRequirements = path.endsWith('.txt') || path.endsWith('.in');
  if (first.registry === 'pypi' && isRequirements) {
    const { text, added } = addRequirements(files.read(path), packages);
    change(path, text, added);
  } else if (first.registry === 'npm' && path.endsWith('.json')) {
    const yaml = YamlText.parse(path, files.read(path));
    const manifest = yaml.values[0] as Record<string, any> | undefined;
    const added: string[] = [];
    for (const { name, version } of packages) {
      if (
        !manifest?.dependencies?.[name] &&
        !manifest?.devDependencies?.[name]
      ) {
        yaml.set(0, ['dependencies', name], version);
        added.push(name);
      }
    }
    change(path, yaml.text, added);
  } else {
    applied.steps.push(`add to ${path}: ${list.join(', ')}`);
  }
}
