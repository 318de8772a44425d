import { mockServices } from '@backstage/backend-test-utils';
import { ResponseError } from '@backstage/errors';
import { GrailstageError } from '@grailstage/core';
import express from 'express';
import request from 'supertest';
import { createCardErrorHandler, toCardErrorBody } from './cardErrorHandler';

function appFailingWith(error: Error) {
  const logger = mockServices.logger.mock();
  const app = express()
    .get('/card', (_request, _response, next) => next(error))
    .use(createCardErrorHandler({ logger }))
    .use(((passedOn, _request, response, _next) => {
      response.status(500).json({ passedOn: passedOn.message });
    }) as express.ErrorRequestHandler);
  return { app, logger };
}

describe('createCardErrorHandler', () => {
  it.each([
    ['invalid-request', 400, 'InputError'],
    ['invalid-label-selector', 400, 'InputError'],
    ['invalid-annotation', 400, 'InputError'],
    ['no-environment', 400, 'InputError'],
    ['invalid-query', 400, 'InputError'],
    ['missing-scope', 403, 'NotAllowedError'],
    ['forbidden', 403, 'NotAllowedError'],
    ['unknown-card', 404, 'NotFoundError'],
    ['unknown-environment', 404, 'NotFoundError'],
    ['rate-limited', 429, 'GrailstageError'],
    ['cancelled', 499, 'GrailstageError'],
    ['invalid-config', 500, 'GrailstageError'],
    ['trapped', 500, 'GrailstageError'],
    ['invalid-credentials', 502, 'GrailstageError'],
    ['unreachable', 503, 'ServiceUnavailableError'],
    ['deadline-exceeded', 504, 'GrailstageError'],
  ])('answers `%s` with %i as %s', async (code, status, name) => {
    const { app } = appFailingWith(
      new GrailstageError({ code, status, message: 'it went wrong' }),
    );
    const response = await request(app).get('/card?a=b');
    expect(response.status).toBe(status);
    expect(response.headers['cache-control']).toBe('private, no-store');
    expect(response.body).toEqual({
      error: { name, message: 'it went wrong' },
      request: { method: 'GET', url: '/card?a=b' },
      response: { statusCode: status },
      code,
    });
  });

  it('keeps help, environment and span for the client', async () => {
    const { app } = appFailingWith(
      new GrailstageError({
        code: 'invalid-label-selector',
        status: 400,
        message: 'expected a label',
        help: 'write `key=value`',
        environment: 'production',
        span: { start: 4, end: 5 },
      }),
    );
    const { body } = await request(app).get('/card');
    expect(body).toMatchObject({
      help: 'write `key=value`',
      environment: 'production',
      span: { start: 4, end: 5 },
    });
  });

  it('is understood by the ResponseError of Backstage', async () => {
    const body = toCardErrorBody(
      new GrailstageError({
        code: 'unknown-card',
        status: 404,
        message: 'unknown card `x`',
      }),
      { method: 'GET', url: '/card' },
    );
    const error = await ResponseError.fromResponse(
      new Response(JSON.stringify(body), {
        status: 404,
        headers: { 'content-type': 'application/json' },
      }),
    );
    expect(error.cause).toMatchObject({
      name: 'NotFoundError',
      message: 'unknown card `x`',
    });
    expect(error.body).toMatchObject({ code: 'unknown-card' });
  });

  it('logs what is not the fault of the caller', async () => {
    const failing = appFailingWith(
      new GrailstageError({
        code: 'unreachable',
        status: 503,
        message: 'connection refused',
        environment: 'production',
      }),
    );
    await request(failing.app).get('/card');
    expect(failing.logger.warn).toHaveBeenCalledWith(
      'Card request failed: connection refused',
      { code: 'unreachable', environment: 'production' },
    );

    const refused = appFailingWith(
      new GrailstageError({ code: 'unknown-card', status: 404, message: 'x' }),
    );
    await request(refused.app).get('/card');
    expect(refused.logger.warn).not.toHaveBeenCalled();
  });

  it('passes all other errors on', async () => {
    const { app } = appFailingWith(new Error('not of the core'));
    const { body } = await request(app).get('/card');
    expect(body).toEqual({ passedOn: 'not of the core' });
  });
});
