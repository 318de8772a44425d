import { EventEmitter, once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/**
 * A Dynatrace environment on a loopback port: the query API, which answers every query with the result it is given.
 */
export class DynatraceEnvironment {
  /** Status and body of the next answers to `query:execute` */
  answer: { status: number; body: unknown } = {
    status: 200,
    body: succeededWith({ records: [], types: [] }),
  };
  /** Bodies of the executed queries */
  readonly executed: Array<Record<string, unknown>> = [];

  static async start(): Promise<DynatraceEnvironment> {
    const environment = new DynatraceEnvironment();
    environment.server.listen(0, '127.0.0.1');
    await once(environment.server, 'listening');
    return environment;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Resolves when somebody waits for the result of a running query. */
  async polled(): Promise<void> {
    await once(this.events, 'poll');
  }

  /** Resolves when the next query is cancelled. */
  async cancelled(): Promise<void> {
    await once(this.events, 'cancel');
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  private readonly events = new EventEmitter();
  private readonly server = createServer((request, response) => {
    this.reply(request, response).catch(error => response.destroy(error));
  });

  private async reply(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.url);
    const send = (status: number, body?: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    switch (pathname) {
      case '/platform/storage/query/v1/query:execute':
        this.executed.push((await json(request)) as Record<string, unknown>);
        return send(this.answer.status, this.answer.body);
      case '/platform/storage/query/v1/query:poll':
        this.events.emit('poll');
        return undefined;
      case '/platform/storage/query/v1/query:cancel':
        this.events.emit('cancel');
        return send(202);
      default:
        return send(404, { error: { code: 404, message: 'Not found' } });
    }
  }
}

/**
 * The body of a finished query.
 */
export function succeededWith(result: {
  records: unknown[];
  types: unknown[];
  notifications?: unknown[];
}): unknown {
  const { records, types, notifications = [] } = result;
  return {
    state: 'SUCCEEDED',
    progress: 100,
    result: {
      records,
      types,
      metadata: {
        grail: { scannedBytes: 4096, scannedRecords: 12, notifications },
      },
    },
  };
}
