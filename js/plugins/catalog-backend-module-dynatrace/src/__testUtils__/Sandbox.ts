import { ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { JsonObject } from '@backstage/types';

/**
 * A sandbox process on free ports: two Dynatrace environments, each with its own settings.
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

  /** The `dynatrace` configuration of its environments. */
  config(): JsonObject {
    return {
      environments: ['production', 'preproduction'].map(name => ({
        name,
        url: this.said(name),
        platformToken: this.said('platform token'),
      })),
    };
  }

  /** Everything as it was at the start, and without faults. */
  async reset(): Promise<void> {
    await this.control('reset');
  }

  /** Answers every settings request of an environment with 503. */
  async breakSettings(name: string): Promise<void> {
    await this.control(`environments/${name}/faults`, {
      kind: 'server-error',
      status: 503,
      route: 'settings',
    });
  }

  /** The values of the ownership teams of an environment, with their external ids. */
  async teams(
    name: string,
  ): Promise<Array<{ externalId?: string; value: JsonObject }>> {
    const response = await this.settings(
      name,
      '?schemaIds=builtin:ownership.teams&fields=objectId,value,externalId&pageSize=500',
    );
    return response.items;
  }

  /** Adds an ownership team to an environment, as someone would in Dynatrace. */
  async addTeam(name: string, value: JsonObject): Promise<void> {
    const answer = await this.settings(name, '', [
      {
        schemaId: 'builtin:ownership.teams',
        scope: 'environment',
        value: {
          supplementaryIdentifiers: [],
          responsibilities: {
            development: true,
            security: false,
            operations: false,
            infrastructure: false,
            lineOfBusiness: false,
          },
          contactDetails: [],
          links: [],
          additionalInformation: [],
          ...value,
        },
      },
    ]);
    if (answer[0].code !== 200) {
      throw new Error(JSON.stringify(answer));
    }
  }

  private async settings(name: string, target: string, body?: unknown) {
    const response = await fetch(
      `${this.said(name)}/platform/classic/environment-api/v2/settings/objects${target}`,
      {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${this.said('platform token')}`,
          'content-type': 'application/json',
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      },
    );
    return response.json();
  }

  private async control(what: string, body?: unknown) {
    const { origin } = new URL(this.said('control'));
    const response = await fetch(`${origin}/__sandbox/${what}`, {
      method: 'POST',
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`${response.status} ${await response.text()}`);
    }
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
