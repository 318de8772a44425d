import { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';

const defaultTimeout = 10_000;
/** More of an answer is not read: it only says what went wrong. */
const mostOfAnswer = 200;

/**
 * Where requests for access are sent: the `dynatrace.accessRequests.webhook` of the configuration.
 *
 * The address belongs to the operator, never to a template. A redirect is not followed, as it would take the headers,
 * which may hold a secret, to an address that nobody has configured.
 */
export class AccessRequestWebhook {
  private constructor(
    private readonly url: string,
    private readonly headers: Record<string, string>,
    private readonly timeout: number,
  ) {}

  /**
   * Reads the configuration.
   *
   * @throws InputError where there is no webhook, or no address that can be used
   */
  static fromConfig(config: RootConfigService): AccessRequestWebhook {
    const key = 'dynatrace.accessRequests.webhook';
    const webhook = config.getOptionalConfig(key);
    if (!webhook) {
      throw new InputError(
        `there is nowhere to send requests for access: set \`${key}.url\`, or leave out \`send\``,
      );
    }
    const url = webhook.getString('url');
    const { protocol, username } = parsed(url);
    if (!['http:', 'https:'].includes(protocol) || username) {
      throw new InputError(
        `\`${key}.url\` has to be an http or https address without a user`,
      );
    }
    const headers =
      webhook.getOptional<Record<string, string>>('headers') ?? {};
    const timeout =
      webhook.getOptionalNumber('timeoutMillis') ?? defaultTimeout;
    return new AccessRequestWebhook(url, headers, timeout);
  }

  /**
   * Sends a request. The id goes with it as `Idempotency-Key`: sent a second time, it is the same request.
   *
   * @throws an error that says what the receiver answered, without address and headers
   */
  async send(
    id: string,
    request: JsonObject,
    options?: { signal?: AbortSignal },
  ): Promise<void> {
    const deadline = AbortSignal.timeout(this.timeout);
    const signals = [deadline, options?.signal].filter(it => it !== undefined);
    let response: Response;
    try {
      response = await fetch(this.url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          ...this.headers,
          'content-type': 'application/json',
          'idempotency-key': id,
        },
        body: JSON.stringify({ id, ...request }),
        signal: AbortSignal.any(signals),
      });
    } catch (error) {
      if (options?.signal?.aborted) {
        throw new Error('the request for access was cancelled');
      }
      const reason = deadline.aborted
        ? `did not answer within ${this.timeout} ms`
        : 'cannot be reached';
      throw new Error(
        `the webhook for requests for access ${reason}; whether it got request ${id} is not known`,
        { cause: error instanceof Error ? error.name : undefined },
      );
    }
    if (response.status >= 300 && response.status < 400) {
      throw new Error(
        `the webhook for requests for access redirects (${response.status}), which is not followed; configure the address it redirects to`,
      );
    }
    if (!response.ok) {
      const text = (await response.text()).slice(0, mostOfAnswer);
      throw new Error(
        `the webhook for requests for access answered ${response.status}${text && `: ${text}`}`,
      );
    }
  }
}

function parsed(url: string): { protocol: string; username: string } {
  try {
    return new URL(url);
  } catch {
    return { protocol: '', username: '' };
  }
}
