/**
 * A function whose result, once asked for, is given to all who ask within the time.
 *
 * @param ask - must not take arguments; a failure is given out for the time as well
 */
export function recently<T>(
  ask: () => Promise<T>,
  milliseconds: number,
): () => Promise<T> {
  let known: { result: Promise<T>; until: number } | undefined;
  return () => {
    if (!known || Date.now() >= known.until) {
      known = { result: ask(), until: Date.now() + milliseconds };
    }
    return known.result;
  };
}
