import {
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { GrailstageError } from '@grailstage/core';

const errorTypes = new Map<number, new (message: string) => Error>([
  [400, InputError],
  [403, NotAllowedError],
  [404, NotFoundError],
  [503, ServiceUnavailableError],
]);

/**
 * Turns an error of the core into one whose message tells the reader of a task log where it happened, what it was and what to do.
 *
 * Other errors stay as they are.
 */
export function toActionError(error: unknown): unknown {
  if (!(error instanceof GrailstageError)) {
    return error;
  }
  const { environment, message, help, status } = error;
  const where = environment ? `Dynatrace environment '${environment}': ` : '';
  const wayOut = help ? `; ${help}` : '';
  const ErrorType = errorTypes.get(status) ?? Error;
  return new ErrorType(`${where}${message}${wayOut}`);
}
