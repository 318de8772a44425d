import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Sandbox } from './Sandbox';

const settings = '/platform/classic/environment-api/v2/settings/objects';

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

  /** The configuration of an environment behind the gate. */
  environment() {
    const { port } = this.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    return {
      ...this.sandbox.environment(),
      url,
      tokenUrl: `${url}/sso/oauth2/token`,
    };
  }

  /** The settings objects of a schema, read past the gate. */
  async objects(
    schemaId: string,
  ): Promise<Array<{ objectId: string; externalId?: string; value: any }>> {
    const { url, clientId, clientSecret, tokenUrl, accountUrn } =
      this.sandbox.environment();
    const answer = await fetch(tokenUrl, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        resource: accountUrn,
      }),
    });
    const { access_token: token } = await answer.json();
    const query = `schemaIds=${schemaId}&pageSize=500&fields=objectId,externalId,value`;
    const list = await fetch(`${url}${settings}?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return (await list.json()).items;
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
    if (method !== 'GET' && url.startsWith(settings)) {
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
