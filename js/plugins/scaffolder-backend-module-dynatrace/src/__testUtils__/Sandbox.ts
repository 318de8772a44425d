import { ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { JsonObject } from '@backstage/types';

/** The path of the settings of an environment. */
export const settings = '/platform/classic/environment-api/v2/settings/objects';

/** A settings object, as far as tests look. */
export interface SettingsObject {
  objectId: string;
  externalId?: string;
  value: { [key: string]: any };
}

/**
 * A sandbox process on free ports, of which the production environment is used.
 */
export class Sandbox {
  private readonly process: ChildProcess;
  private readonly introduction: string;

  /**
   * Starts the sandbox and waits until it says that it is ready.
   */
  static async start(): Promise<Sandbox> {
    const process = spawn(program(), ['sandbox', 'serve', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const failed = new Promise<never>((_, reject) => {
      process.once('error', reject);
    });
    const read = async () => {
      let text = '';
      for await (const line of createInterface(process.stdout)) {
        text += `${line}\n`;
        if (line.startsWith('Ctrl-C')) {
          return text;
        }
      }
      throw new Error(`the sandbox ended before it was ready:\n${text}`);
    };
    return new Sandbox(process, await Promise.race([read(), failed]));
  }

  private constructor(process: ChildProcess, introduction: string) {
    this.process = process;
    this.introduction = introduction;
  }

  /** Ends the process and waits for its end. */
  async stop(): Promise<void> {
    const ended = new Promise(done => {
      this.process.once('exit', done);
    });
    this.process.kill();
    await ended;
  }

  /** Where its production environment listens. */
  get url(): string {
    return this.said('production');
  }

  /** The production environment, as the `dynatrace` configuration names it. */
  environment(): JsonObject {
    return {
      name: 'production',
      url: this.url,
      platformToken: this.said('platform token'),
    };
  }

  /** Everything as it was at the start, and without faults. */
  async reset(): Promise<void> {
    await this.control('POST', 'reset');
  }

  /** Makes requests of a route fail. */
  async addFault(fault: JsonObject): Promise<void> {
    await this.control('POST', 'environments/production/faults', fault);
  }

  /** How long executions of workflows take; `null` for ever. */
  async setExecutionSeconds(seconds: number | null): Promise<void> {
    await this.control('POST', 'environments/production/automation', {
      executionSeconds: seconds,
    });
  }

  /** How many requests of a route have come. */
  async calls(route: string): Promise<number> {
    const counters = await this.control('GET', 'counters');
    return counters.production[route]?.calls ?? 0;
  }

  /** Adds a guardian whose only objective has that DQL: more than 80 fails, more than 70 warns. */
  async addGuardian(name: string, dqlQuery: string): Promise<void> {
    const value = {
      name,
      tags: [`probe:${name}`],
      variables: [],
      eventKind: 'SDLC_EVENT',
      objectives: [
        {
          name: 'load',
          objectiveType: 'DQL',
          dqlQuery,
          comparisonOperator: 'LESS_THAN_OR_EQUAL',
          target: 80,
          warning: 70,
          autoAdaptiveThresholdEnabled: false,
          segments: [],
          links: [],
        },
      ],
    };
    const [{ code }] = await this.ask('POST', `${this.url}${settings}`, [
      {
        schemaId: 'app:dynatrace.site.reliability.guardian:guardians',
        scope: 'environment',
        value,
      },
    ]);
    if (code !== 200) {
      throw new Error(`the guardian was refused: ${code}`);
    }
  }

  /** The settings objects of a schema. */
  async objects(schemaId: string): Promise<SettingsObject[]> {
    const query = new URLSearchParams({
      schemaIds: schemaId,
      pageSize: '500',
      fields: 'objectId,externalId,value',
    });
    const { items } = await this.ask('GET', `${this.url}${settings}?${query}`);
    return items;
  }

  private async control(method: string, what: string, body?: JsonObject) {
    const { origin } = new URL(this.said('control'));
    return this.ask(method, `${origin}/__sandbox/${what}`, body);
  }

  private async ask(method: string, url: string, body?: unknown) {
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${this.said('platform token')}`,
        'content-type': 'application/json',
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`${response.status} ${await response.text()}`);
    }
    return response.json();
  }

  /** The word behind a title of the introduction. */
  private said(title: string): string {
    const line = this.introduction
      .split('\n')
      .find(candidate => candidate.trim().startsWith(`${title} `));
    const word = line?.trim().slice(title.length).trim().split(' ')[0];
    if (!word) {
      throw new Error(`the sandbox does not say its ${title}`);
    }
    return word;
  }
}

/** The command line of this repository, given by whoever runs the tests or where cargo leaves it. */
function program(): string {
  const path =
    process.env.GRAILSTAGE ??
    resolve(__dirname, '../../../../../target/debug/grailstage');
  if (!existsSync(path)) {
    throw new Error(
      `there is no ${path}: run \`cargo build --package grailstage-cli\`, or set GRAILSTAGE to where it is`,
    );
  }
  return path;
}
