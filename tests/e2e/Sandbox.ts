/** A node as `smartscapeNodes` returns it, as far as these tests look. */
export interface SmartscapeNode {
  type: string;
  name: string;
  'k8s.cluster.name': string;
  'k8s.namespace.name': string;
  'tags:k8s.labels'?: Record<string, string>;
}

/** A settings object, as far as these tests look. */
export interface SettingsObject {
  objectId: string;
  externalId?: string;
  value: Record<string, unknown>;
}

/** The schema of Site Reliability Guardians. */
export const GUARDIANS = 'app:dynatrace.site.reliability.guardian:guardians';

const SETTINGS = '/platform/classic/environment-api/v2/settings/objects';

export interface Environment {
  name: string;
  url: string;
}

/** The Dynatrace environments behind the portal, asked directly. */
export class Sandbox {
  constructor(private readonly url: string) {}

  async environments(): Promise<Environment[]> {
    const answer = await this.control('GET', 'environments');
    return ((await answer.json()) as { environments: Environment[] })
      .environments;
  }

  async stop(environment: string): Promise<void> {
    await this.control('POST', `environments/${environment}/stop`);
  }

  async start(environment: string): Promise<void> {
    await this.control('POST', `environments/${environment}/start`);
  }

  /** Lets all environments fail in a way of `docs/sandbox.md`, until that is taken back. */
  async addFault(fault: {
    kind: string;
    route?: string;
    [parameter: string]: unknown;
  }): Promise<void> {
    for (const { name } of await this.environments()) {
      await this.control('POST', `environments/${name}/faults`, fault);
    }
  }

  async clearFaults(): Promise<void> {
    for (const { name } of await this.environments()) {
      await this.control('DELETE', `environments/${name}/faults`);
    }
  }

  /** Every Kubernetes node of an environment, without any condition in the query. */
  async kubernetesNodes(environment: Environment): Promise<SmartscapeNode[]> {
    return this.records(environment, 'smartscapeNodes "K8S_*"');
  }

  /** The settings objects of a schema. */
  async settings(
    environment: Environment,
    schemaId: string,
  ): Promise<SettingsObject[]> {
    const query = new URLSearchParams({
      schemaIds: schemaId,
      pageSize: '500',
      fields: 'objectId,externalId,value',
    });
    const response = await this.ask(environment, 'GET', `${SETTINGS}?${query}`);
    return ((await response.json()) as { items: SettingsObject[] }).items;
  }

  /** Adds a guardian whose only objective has that DQL: more than 80 fails, more than 70 warns. */
  async addGuardian(
    environment: Environment,
    name: string,
    dqlQuery: string,
  ): Promise<void> {
    const objective = {
      name: 'load',
      objectiveType: 'DQL',
      dqlQuery,
      comparisonOperator: 'LESS_THAN_OR_EQUAL',
      target: 80,
      warning: 70,
      autoAdaptiveThresholdEnabled: false,
      segments: [],
      links: [],
    };
    await this.ask(environment, 'POST', SETTINGS, [
      {
        schemaId: GUARDIANS,
        scope: 'environment',
        value: {
          name,
          tags: [`probe:${name.replaceAll(' ', '-')}`],
          variables: [],
          eventKind: 'SDLC_EVENT',
          objectives: [objective],
        },
      },
    ]);
  }

  /** Adds an event of software delivery. */
  async addEvent(
    environment: Environment,
    fields: Record<string, string>,
  ): Promise<void> {
    await this.ask(environment, 'POST', '/platform/ingest/v1/events.sdlc', {
      'event.id': crypto.randomUUID(),
      'event.kind': 'SDLC_EVENT',
      'event.version': '0.1.0',
      'event.provider': 'ci',
      ...fields,
    });
  }

  private async ask(
    environment: Environment,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Response> {
    const response = await fetch(environment.url + path, {
      method,
      headers: {
        authorization: 'Bearer dt0s16.SANDBOX.TOKEN',
        'content-type': 'application/json',
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${await response.text()}`);
    }
    return response;
  }

  /** All records of a query. */
  async records<T>(environment: Environment, query: string): Promise<T[]> {
    const response = await fetch(
      `${environment.url}/platform/storage/query/v1/query:execute`,
      {
        method: 'POST',
        headers: {
          authorization: 'Bearer dt0s16.SANDBOX.TOKEN',
          'content-type': 'application/json',
        },
        body: JSON.stringify({
          query,
          requestTimeoutMilliseconds: 10_000,
          maxResultRecords: 100_000,
          maxResultBytes: 100_000_000,
        }),
      },
    );
    const answer = await response.json();
    if (answer.state !== 'SUCCEEDED') {
      throw new Error(`${environment.name} answered ${JSON.stringify(answer)}`);
    }
    return answer.result.records;
  }

  /** How many queries were started so far, in all environments. */
  async queries(): Promise<number> {
    const response = await this.control('GET', 'counters');
    const counters = (await response.json()) as Record<
      string,
      { execute?: { calls: number } }
    >;
    return Object.values(counters).reduce(
      (sum, { execute }) => sum + (execute?.calls ?? 0),
      0,
    );
  }

  private async control(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Response> {
    const response = await fetch(`${this.url}/__sandbox/${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status}`);
    }
    return response;
  }
}
