import { LoggerService } from '@backstage/backend-plugin-api';
import { ErrorRequestHandler } from 'express';
import { GrailstageError } from '@grailstage/core';

/** The errors of `@backstage/errors` that Backstage's own clients know, by the status that stands for them. */
const errorNames = new Map([
  [400, 'InputError'],
  [403, 'NotAllowedError'],
  [404, 'NotFoundError'],
  [503, 'ServiceUnavailableError'],
]);

/**
 * Body of an error response: that of Backstage, so that `ResponseError` reads it, and what Dynatrace's errors have besides.
 */
export interface CardErrorBody {
  error: { name: string; message: string };
  request: { method: string; url: string };
  response: { statusCode: number };
  code: string;
  help?: string;
  environment?: string;
  span?: { start: number; end: number };
}

/**
 * Puts an error of the core into the body of an error response.
 */
export function toCardErrorBody(
  error: GrailstageError,
  request: { method: string; url: string },
): CardErrorBody {
  const { code, message, help, status, environment, span } = error;
  return {
    error: { name: errorNames.get(status) ?? 'GrailstageError', message },
    request: { method: request.method, url: request.url },
    response: { statusCode: status },
    code,
    help,
    environment,
    span,
  };
}

/**
 * Answers errors of the core; all others go on to Backstage.
 */
export function createCardErrorHandler(options: {
  logger: LoggerService;
}): ErrorRequestHandler {
  const { logger } = options;
  return (error, request, response, next) => {
    if (!(error instanceof GrailstageError)) {
      next(error);
      return;
    }
    if (response.destroyed) {
      // The client is gone, and the error is the request it cancelled by going.
      return;
    }
    if (error.status >= 500) {
      logger.warn(`Card request failed: ${error.message}`, {
        code: error.code,
        ...(error.environment && { environment: error.environment }),
      });
    }
    response
      .status(error.status)
      .set('Cache-Control', 'private, no-store')
      .json(toCardErrorBody(error, request));
  };
}
