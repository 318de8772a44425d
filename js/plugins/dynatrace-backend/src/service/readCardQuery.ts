import { CompoundEntityRef, parseEntityRef } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import { readText } from './readText';

/**
 * What a request for a card asks for, in the query part of its URL.
 */
export interface CardQuery {
  entityRef: CompoundEntityRef;
  /** ISO 8601 */
  from?: string;
  /** ISO 8601 */
  to?: string;
  /** Names of environments; `undefined` for all */
  environments?: string[];
  /** Whether what is kept is passed over */
  refresh?: boolean;
}

/** An instant as RFC 3339 writes it: without an offset it would depend on where it is read. */
const INSTANT =
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i;

/**
 * Reads the query part of a card request.
 *
 * @param query - parameters as Express parses them: a text, a list for a repeated one, an object for `a[b]=`
 * @throws InputError that names the parameter
 */
export function readCardQuery(query: Record<string, unknown>): CardQuery {
  const from = readInstant('from', query.from);
  const to = readInstant('to', query.to);
  if (from && to && Date.parse(from) >= Date.parse(to)) {
    throw new InputError(`\`from\` (${from}) is not before \`to\` (${to})`);
  }
  return {
    entityRef: readEntityRef(query.entityRef),
    from,
    to,
    environments: readEnvironments(query.environment),
    refresh: readFlag('refresh', query.refresh),
  };
}

function readEntityRef(value: unknown): CompoundEntityRef {
  const text = readText('entityRef', value);
  if (text === undefined) {
    throw new InputError(
      'query parameter `entityRef` is missing; give one such as `component:default/cart`',
    );
  }
  try {
    return parseEntityRef(text);
  } catch {
    throw new InputError(
      `\`${text}\` is not an entity reference; give one such as \`component:default/cart\``,
    );
  }
}

function readInstant(name: string, value: unknown): string | undefined {
  const text = readText(name, value);
  if (text === undefined) {
    return undefined;
  }
  if (!INSTANT.test(text) || Number.isNaN(Date.parse(text))) {
    throw new InputError(
      `query parameter \`${name}\` is \`${text}\`, which is not a time; give one such as \`2026-01-31T12:00:00Z\``,
    );
  }
  return text;
}

function readEnvironments(value: unknown): string[] | undefined {
  if (value === undefined) {
    return undefined;
  }
  const names = (Array.isArray(value) ? value : [value]).map(name =>
    readText('environment', name),
  );
  return [...new Set(names.filter(name => name !== undefined))];
}

function readFlag(name: string, value: unknown): boolean | undefined {
  const text = readText(name, value);
  if (text !== undefined && text !== 'true' && text !== 'false') {
    throw new InputError(
      `query parameter \`${name}\` is \`${text}\`; give \`true\` or \`false\``,
    );
  }
  return text === undefined ? undefined : text === 'true';
}
