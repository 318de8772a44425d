import type { Row } from './Portal.ts';
import { Sandbox, type SmartscapeNode } from './Sandbox.ts';

const KINDS = new Map([
  ['K8S_CRONJOB', 'CronJob'],
  ['K8S_DAEMONSET', 'DaemonSet'],
  ['K8S_DEPLOYMENT', 'Deployment'],
  ['K8S_STATEFULSET', 'StatefulSet'],
]);

/** Says whether the annotations of an entity mean a workload. */
export type Condition = (
  labels: Record<string, string>,
  node: SmartscapeNode,
) => boolean;

/**
 * The workloads whose labels meet the condition, found without the product: all nodes of all environments, and a
 * condition in JavaScript.
 */
export async function expectedWorkloads(
  sandbox: Sandbox,
  condition: Condition,
): Promise<Row[]> {
  const found: Row[] = [];
  for (const environment of await sandbox.environments()) {
    for (const node of await sandbox.kubernetesNodes(environment)) {
      const kind = KINDS.get(node.type);
      const labels = node['tags:k8s.labels'] ?? {};
      if (kind && condition(labels, node)) {
        found.push({
          name: node.name,
          kind,
          cluster: node['k8s.cluster.name'],
          namespace: node['k8s.namespace.name'],
          version: labels['app.kubernetes.io/version'] ?? '',
          environment: environment.name,
        });
      }
    }
  }
  return found;
}

/** One line a row, sorted: to compare lists in any order, and to read the difference. */
export function linesOf(rows: Row[]): string[] {
  return rows
    .map(({ name, kind, cluster, namespace, version, environment }) =>
      [name, kind, cluster, namespace, version, environment].join(' | '),
    )
    .toSorted();
}
