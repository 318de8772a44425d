import { mockServices } from '@backstage/backend-test-utils';
import { once } from 'node:events';
import { createServer, IncomingHttpHeaders, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { AccessRequestWebhook } from './AccessRequestWebhook';

const authorization = 'Bearer VERY-SECRET';

describe('AccessRequestWebhook', () => {
  const received: Array<{ headers: IncomingHttpHeaders; body: any }> = [];
  let answer: (response: ServerResponse) => void;
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await json(request) });
    answer(response);
  });
  let url = '';

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  beforeEach(() => {
    received.length = 0;
    answer = response => response.writeHead(202).end();
  });

  function webhook(config: object | undefined = { url }) {
    const accessRequests = config && {
      webhook: { headers: { authorization }, ...config },
    };
    return AccessRequestWebhook.fromConfig(
      mockServices.rootConfig({
        data: { dynatrace: { ...(accessRequests && { accessRequests }) } },
      }),
    );
  }

  it('sends the request under its id, with the headers of the operator', async () => {
    await webhook().send('id-1', { zone: 'a' });
    expect(received).toEqual([
      {
        headers: expect.objectContaining({
          authorization,
          'idempotency-key': 'id-1',
          'content-type': 'application/json',
        }),
        body: { id: 'id-1', zone: 'a' },
      },
    ]);
  });

  it('does not follow a redirect, which would take the secret elsewhere', async () => {
    answer = response => response.writeHead(307, { location: url }).end();
    await expect(webhook().send('id-1', {})).rejects.toThrow(
      /redirects \(307\)/,
    );
    expect(received).toHaveLength(1);
  });

  it('says what the receiver answered, and not the secret', async () => {
    answer = response => response.writeHead(422).end('no such group');
    const error = await webhook()
      .send('id-1', {})
      .catch(it => it);
    expect(error.message).toMatch(/422: no such group$/);
    expect(error.message).not.toContain('SECRET');
  });

  it('gives up on one that does not answer', async () => {
    answer = () => {};
    await expect(
      webhook({ url, timeoutMillis: 50 }).send('id-1', {}),
    ).rejects.toThrow(/did not answer within 50 ms/);
  });

  it('ends when the task is cancelled', async () => {
    const task = new AbortController();
    answer = () => task.abort();
    await expect(
      webhook().send('id-1', {}, { signal: task.signal }),
    ).rejects.toThrow(/cancelled/);
  });

  it.each([
    ['ftp://a'],
    ['file:///etc/passwd'],
    ['not an address'],
    ['https://user:secret@a'],
  ])('refuses the address %s', address => {
    expect(() => webhook({ url: address })).toThrow(/http or https address/);
  });

  it('says which key is missing', () => {
    const config = mockServices.rootConfig({ data: {} });
    expect(() => AccessRequestWebhook.fromConfig(config)).toThrow(
      /`dynatrace\.accessRequests\.webhook\.url`/,
    );
  });
});
