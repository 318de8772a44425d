import { EventEmitter, once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * What a query gets: an empty result, no answer until it is cancelled, or a refusal.
 */
export type QueryBehaviour = 'empty' | 'endless' | 'refused';

/**
 * A Dynatrace environment on a loopback port: the token endpoint and the query API, without data.
 */
export class DynatraceEnvironment {
  behaviour: QueryBehaviour = 'empty';
  /** Bodies of the executed queries */
  readonly executed: Array<Record<string, unknown>> = [];

  /** How many queries were verified */
  verified = 0;

  static async start(): Promise<DynatraceEnvironment> {
    const environment = new DynatraceEnvironment();
    environment.server.listen(0, '127.0.0.1');
    await once(environment.server, 'listening');
    return environment;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Resolves when the next query runs and somebody waits for its result. */
  async polled(): Promise<void> {
    await once(this.events, 'poll');
  }

  /** Resolves when the next waiting request is hung up on. */
  async abandoned(): Promise<void> {
    await once(this.events, 'abandon');
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
    this.answer(request, response).catch(error => response.destroy(error));
  });

  private async answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const reply = (status: number, body?: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    const body = await text(request);
    const { pathname } = new URL(request.url ?? '/', this.url);
    switch (pathname) {
      case '/sso/oauth2/token':
        return reply(200, {
          access_token: 'token-of-the-test',
          token_type: 'Bearer',
          expires_in: 300,
          scope: new URLSearchParams(body).get('scope') ?? '',
        });
      case '/platform/storage/query/v1/query:execute':
        this.executed.push(JSON.parse(body));
        if (this.behaviour === 'refused') {
          return reply(400, {
            error: {
              code: 400,
              message: 'UNKNOWN_DATA_OBJECT',
              details: {
                exceptionType: 'DQL-SYNTAX-ERROR',
                errorType: 'UNKNOWN_DATA_OBJECT',
                errorMessage: 'The data object is unknown.',
              },
            },
          });
        }
        if (this.behaviour === 'endless') {
          return reply(202, {
            state: 'RUNNING',
            requestToken: 'endless/+==',
            ttlSeconds: 400,
          });
        }
        return reply(200, {
          state: 'SUCCEEDED',
          progress: 100,
          result: {
            records: [],
            types: [],
            metadata: { grail: { scannedBytes: 0, scannedRecords: 0 } },
          },
        });
      case '/platform/storage/query/v1/query:verify':
        this.verified += 1;
        return reply(200, { valid: true, notifications: [] });
      case '/platform/storage/query/v1/query:poll':
        response.once('close', () => this.events.emit('abandon'));
        this.events.emit('poll');
        return undefined;
      case '/platform/storage/query/v1/query:cancel':
        this.events.emit('cancel');
        return reply(202);
      default:
        return reply(404, { error: { code: 404, message: 'Not found' } });
    }
  }
}
