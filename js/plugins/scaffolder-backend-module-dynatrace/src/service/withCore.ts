import { toActionError } from './toActionError';

/**
 * Calls a function of the core, whose errors become those of an action.
 */
export function withCore<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw toActionError(error);
  }
}
