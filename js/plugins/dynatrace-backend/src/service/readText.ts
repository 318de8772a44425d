import { InputError } from '@backstage/errors';

/**
 * Reads a parameter of the query part of a URL that stands there once at most.
 *
 * @param value - as Express parses it: a text, a list for a repeated one, an object for `a[b]=`
 * @throws InputError that names the parameter
 */
export function readText(name: string, value: unknown): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  if (typeof value !== 'string') {
    throw new InputError(
      `query parameter \`${name}\` is not a single text value`,
    );
  }
  if (!value.trim()) {
    throw new InputError(`query parameter \`${name}\` is empty`);
  }
  return value;
}
