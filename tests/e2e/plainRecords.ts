import { sandboxUrl } from './playwright.config.ts';
import { Sandbox, type SmartscapeNode } from './Sandbox.ts';

// What the specs work out their numbers from: the records as the sandbox has them, without the product's conditions.

export const sandbox = new Sandbox(sandboxUrl);

const DAY = 86_400_000;
const STEP = 5 * 60_000;

/** A stretch of time as the URL of a tab has it. */
export class Period {
  readonly from: string;
  readonly to: string;

  /** That many days up to an end, which is to be on a step of 5 min: the product rounds it down to one. */
  constructor(
    readonly days: number,
    end: number,
  ) {
    this.from = new Date(end - days * DAY).toISOString();
    this.to = new Date(end).toISOString();
  }

  /** Ends well before now, so that both sides see the same records whenever they ask. */
  static recent(days: number): Period {
    return new Period(days, Math.floor((Date.now() - STEP) / STEP) * STEP);
  }

  /** The same time up to the first step after a moment. */
  until(moment: number): Period {
    return new Period(this.days, Math.ceil((moment + 1) / STEP) * STEP);
  }

  /** The address of the tab of an entity of the catalog. */
  tabOf(entity: string): string {
    return `/catalog/default/${entity}/dynatrace?from=${this.from}&to=${this.to}`;
  }
}

export type Event = Record<string, string>;

/** The events of delivery of that time, each once: pipelines tell both environments. */
export async function deliveryEvents(period: Period): Promise<Event[]> {
  const events = new Map<string, Event>();
  for (const environment of await sandbox.environments()) {
    for (const event of await sandbox.records<Event>(
      environment,
      `fetch events, from:"${period.from}", to:"${period.to}" | filter event.kind == "SDLC_EVENT"`,
    )) {
      events.set(
        JSON.stringify([
          event['task.id'],
          event.timestamp,
          event['event.type'],
          event['event.status'],
          event['cicd.deployment.release_stage'],
          event['dt.srg.objective'],
        ]),
        event,
      );
    }
  }
  return [...events.values()].toSorted((one, other) =>
    one.timestamp!.localeCompare(other.timestamp!),
  );
}

/** A Kubernetes node with its id. */
export type Node = SmartscapeNode & { id: string };

/** The Kubernetes nodes of all environments. */
export async function allNodes(): Promise<Node[]> {
  const environments = await sandbox.environments();
  const nodes = environments.map(it => sandbox.kubernetesNodes(it));
  return (await Promise.all(nodes)).flat() as Node[];
}

/** The Kubernetes nodes of a component of the webshop. */
export async function nodesOf(component: string): Promise<Node[]> {
  return (await allNodes()).filter(
    node =>
      node['tags:k8s.labels']?.['backstage.io/kubernetes-id'] ===
      `webshop.${component}`,
  );
}

/** What that share of the numbers is below, between the two nearest of them in a straight line. */
export function quantile(numbers: number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const place = share * (sorted.length - 1);
  const [below, above] = [Math.floor(place), Math.ceil(place)];
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

export function mean(numbers: number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
