import { ResponseError } from '@backstage/errors';
import { ErrorPayload } from '@grailstage/backstage-plugin-dynatrace-common';

/** The codes of errors that Backstage itself answers, and which name no code. */
const codesByStatus = new Map([
  [400, 'invalid-request'],
  [401, 'signed-out'],
  [403, 'not-allowed'],
  [404, 'entity-not-found'],
  [429, 'rate-limited'],
  [503, 'unavailable'],
]);

// Not a `CustomErrorBase`: that appends the cause to the message, which cards show to their readers.
/**
 * A request to the Dynatrace backend that brought no answer.
 *
 * @public
 */
export class DynatraceRequestError extends Error {
  name = 'DynatraceRequestError' as const;

  /**
   * For machines: a code of the backend such as `invalid-label-selector`, or one of this class: `not-allowed`,
   * `signed-out`, `entity-not-found`, `backend-missing`, `network`, `unexpected-response`, `request-failed`.
   */
  readonly code: string;
  /** What can be done about it. */
  readonly help?: string;
  /** The HTTP status; absent when there was no response. */
  readonly status?: number;
  /** Which environment it concerns. */
  readonly environment?: string;

  constructor(
    problem: Pick<ErrorPayload, 'code' | 'message' | 'help' | 'environment'> & {
      status?: number;
    },
    cause?: unknown,
  ) {
    super(problem.message, { cause });
    this.code = problem.code;
    this.help = problem.help;
    this.status = problem.status;
    this.environment = problem.environment;
  }

  /**
   * Reads an error response of the backend. Consumes its body.
   */
  static async fromResponse(
    response: Response,
  ): Promise<DynatraceRequestError> {
    const error = await ResponseError.fromResponse(response);
    const status = response.status;
    const body: unknown = error.body;
    return new DynatraceRequestError(
      {
        status,
        message: error.cause.message,
        code: textField(body, 'code') ?? codeOfResponse(response, error),
        help: textField(body, 'help'),
        environment: textField(body, 'environment'),
      },
      error,
    );
  }
}

function codeOfResponse(response: Response, error: ResponseError): string {
  // Backstage answers a path that no plugin serves with a bare 404; plugins answer with an error in JSON.
  if (response.status === 404 && error.cause.name !== 'NotFoundError') {
    return 'backend-missing';
  }
  return codesByStatus.get(response.status) ?? 'request-failed';
}

function textField(body: unknown, key: string): string | undefined {
  if (typeof body !== 'object' || body === null) {
    return undefined;
  }
  const value: unknown = Reflect.get(body, key);
  return typeof value === 'string' && value ? value : undefined;
}
