import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { PlatformHttpClient } from '@dynatrace-sdk/http-client';

/** A sandbox process on free ports, known by what it says of itself. */
export class Sandbox {
  private constructor(
    private readonly process: ChildProcess,
    private readonly introduction: string,
  ) {}

  /** Starts `program` and waits until it says that it is ready. */
  static async start(program: string): Promise<Sandbox> {
    const process = spawn(program, ['sandbox', 'serve', '--port', '0'], {
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
      throw new Error(`${program} ended before it was ready:\n${text}`);
    };
    return new Sandbox(process, await Promise.race([read(), failed]));
  }

  /** Ends the process and waits for its end. */
  async stop(): Promise<void> {
    const ended = new Promise(resolve => {
      this.process.once('exit', resolve);
    });
    this.process.kill();
    await ended;
  }

  /** The client's own HTTP client, pointed to the first environment as it would be to a tenant. */
  httpClient(token = this.said('platform token')): PlatformHttpClient {
    return new PlatformHttpClient({
      baseUrl: this.said('production'),
      defaultHeaders: { Authorization: `Bearer ${token}` },
    });
  }

  /** An access token of the OAuth client with these scopes and no others. */
  async tokenFor(scopes: string[]): Promise<string> {
    const response = await fetch(
      `${this.said('production')}/sso/oauth2/token`,
      {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: this.said('OAuth client'),
          client_secret: this.said('client secret'),
          resource: this.said('account URN'),
          scope: scopes.join(' '),
        }),
      },
    );
    const answer: unknown = await response.json();
    assert.ok(
      typeof answer === 'object' &&
        answer &&
        'access_token' in answer &&
        typeof answer.access_token === 'string',
      JSON.stringify(answer),
    );
    return answer.access_token;
  }

  /** Lets the next query take so many milliseconds. */
  async delayNextQuery(millis: number): Promise<void> {
    const control = new URL(this.said('control')).origin;
    const response = await fetch(
      `${control}/__sandbox/environments/production/faults`,
      {
        method: 'POST',
        body: JSON.stringify({
          kind: 'slow-query',
          millis,
          route: 'execute',
          times: 1,
        }),
      },
    );
    assert.equal(response.status, 200, await response.text());
  }

  /** The word behind a title of the introduction. */
  private said(title: string): string {
    const line = this.introduction
      .split('\n')
      .find(candidate => candidate.trim().startsWith(`${title} `));
    const word = line?.trim().slice(title.length).trim().split(' ')[0];
    assert.ok(word, `the sandbox does not say its ${title}`);
    return word;
  }
}
