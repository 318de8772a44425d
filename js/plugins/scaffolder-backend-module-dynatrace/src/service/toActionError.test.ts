import { GrailstageError } from '@grailstage/core';
import { toActionError } from './toActionError';

describe('toActionError', () => {
  it.each([
    [400, 'InputError'],
    [403, 'NotAllowedError'],
    [404, 'NotFoundError'],
    [429, 'Error'],
    [502, 'Error'],
    [503, 'ServiceUnavailableError'],
  ])('makes of status %i an %s', (status, name) => {
    expect(
      toActionError(
        new GrailstageError({ code: 'x', status, message: 'it went wrong' }),
      ),
    ).toMatchObject({ name, message: 'it went wrong' });
  });

  it('tells where it happened and what to do', () => {
    expect(
      toActionError(
        new GrailstageError({
          code: 'missing-scope',
          status: 403,
          message: 'the scope `storage:logs:read` is missing',
          help: 'add it to the OAuth client',
          environment: 'production',
        }),
      ),
    ).toMatchObject({
      message:
        "Dynatrace environment 'production': the scope `storage:logs:read` is missing; add it to the OAuth client",
    });
  });

  it('leaves other errors as they are', () => {
    const error = new TypeError('not of the core');
    expect(toActionError(error)).toBe(error);
  });
});
