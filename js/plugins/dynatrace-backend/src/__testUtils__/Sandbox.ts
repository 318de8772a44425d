import { ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const program =
  process.env.GRAILSTAGE ??
  resolve(__dirname, '../../../../../target/debug/grailstage');

/** How often routes were called. */
export type Calls = { [route: string]: number };

/**
 * The sandbox, a Dynatrace environment in memory, as a process with ports of its own.
 */
export class Sandbox {
  private constructor(
    private readonly child: ChildProcess,
    /** Where the environment `production` listens */
    readonly url: string,
    private readonly control: string,
  ) {}

  static async start(): Promise<Sandbox> {
    if (!existsSync(program)) {
      throw new Error(
        `there is no sandbox at ${program}: run \`cargo build --package grailstage-cli\`, or name it in the variable GRAILSTAGE`,
      );
    }
    const child = spawn(program, ['sandbox', 'serve', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let url = '';
    for await (const line of createInterface({ input: child.stdout! })) {
      const [name, address] = line.trim().split(/\s+/);
      if (name === 'production') {
        url = address;
      } else if (name === 'control') {
        child.stdout!.resume();
        return new Sandbox(child, url, new URL(address).origin);
      }
    }
    throw new Error('the sandbox ended before it was ready');
  }

  /** The environment in the configuration, with the credentials of an OAuth client. */
  environment() {
    return {
      name: 'production',
      url: this.url,
      clientId: 'dt0s02.SANDBOX',
      clientSecret: 'dt0s02.SANDBOX.SECRET',
      accountUrn: 'urn:dtaccount:sandbox',
      tokenUrl: `${this.url}/sso/oauth2/token`,
    };
  }

  /** Takes faults and counters back. */
  async reset(): Promise<void> {
    await this.post('reset');
  }

  /** Lets something go wrong. */
  async fault(fault: object): Promise<void> {
    await this.post('environments/production/faults', fault);
  }

  /** How often the routes were called since the last reset. */
  async calls(): Promise<Calls> {
    const response = await fetch(`${this.control}/__sandbox/counters`);
    const { production } = await response.json();
    return Object.fromEntries(
      Object.entries<{ calls: number }>(production).map(([route, counter]) => [
        route,
        counter.calls,
      ]),
    );
  }

  async stop(): Promise<void> {
    const ended = new Promise(done => this.child.once('exit', done));
    this.child.kill();
    await ended;
  }

  private async post(path: string, body?: object): Promise<void> {
    const response = await fetch(`${this.control}/__sandbox/${path}`, {
      method: 'POST',
      body: body && JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`${path}: ${response.status} ${await response.text()}`);
    }
  }
}
