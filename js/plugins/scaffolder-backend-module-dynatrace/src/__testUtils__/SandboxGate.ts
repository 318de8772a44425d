import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { JsonObject } from '@backstage/types';
import { Sandbox, settings } from './Sandbox';

/**
 * What stands between the code under test and the sandbox: everything passes, writes are counted, and a connection can
 * be broken after the write has arrived and before its answer has.
 */
export class SandboxGate {
  /** Methods and paths of the writes that have arrived */
  readonly writes: string[] = [];
  /** How many answers to writes are lost from now on */
  losing = 0;
  /** Called when a write has arrived, before its answer goes back */
  onWrite: () => Promise<void> | void = () => {};

  static async start(sandbox: Sandbox): Promise<SandboxGate> {
    const gate = new SandboxGate(sandbox);
    gate.server.listen(0, '127.0.0.1');
    await once(gate.server, 'listening');
    return gate;
  }

  private constructor(private readonly sandbox: Sandbox) {}

  /** The production environment behind the gate, as the `dynatrace` configuration names it. */
  environment(): JsonObject {
    const { port } = this.server.address() as AddressInfo;
    return { ...this.sandbox.environment(), url: `http://127.0.0.1:${port}` };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  private readonly server = createServer((request, response) => {
    this.pass(request, response).catch(error => response.destroy(error));
  });

  private async pass(request: IncomingMessage, response: ServerResponse) {
    const { method = 'GET', url = '/', headers } = request;
    const body = await buffer(request);
    const answer = await fetch(this.sandbox.url + url, {
      method,
      headers: Object.fromEntries(
        ['authorization', 'content-type']
          .filter(name => headers[name])
          .map(name => [name, String(headers[name])]),
      ),
      body: body.length > 0 ? new Uint8Array(body) : undefined,
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (isWrite(method, url)) {
      this.writes.push(`${method} ${url}`);
      await this.onWrite();
      if (this.losing > 0) {
        this.losing -= 1;
        response.destroy();
        return;
      }
    }
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? 'application/json',
    });
    response.end(bytes);
  }
}

/** Queries and the like are asked with POST, too, and settings can be validated without being written. */
function isWrite(method: string, url: string): boolean {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  if (method === 'GET' || searchParams.get('validateOnly') === 'true') {
    return false;
  }
  return (
    pathname.startsWith(settings) ||
    pathname.includes('/ingest') ||
    pathname.endsWith('/run')
  );
}
