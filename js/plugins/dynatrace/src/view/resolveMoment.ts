const RELATIVE = /^now(?:-(\d{1,4})([mhdw]))?$/;

/** An instant as RFC 3339 writes it: without an offset it would depend on where it is read. */
const INSTANT =
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i;

const MINUTE = 60_000;

/** Milliseconds of the units in which one goes back from now. */
const unitMillis: Record<string, number> = {
  m: MINUTE,
  h: 60 * MINUTE,
  d: 1440 * MINUTE,
  w: 7 * 1440 * MINUTE,
};

/**
 * The instant that an expression means.
 *
 * @param text - `now`, `now-` with a number and one of the units `m`, `h`, `d`, `w`, or an instant in ISO 8601
 * @param now - milliseconds since the epoch
 * @returns ISO 8601; `undefined` for any other text
 */
export function resolveMoment(text: string, now: number): string | undefined {
  const relative = RELATIVE.exec(text);
  if (relative) {
    const [, count = '0', unit = 'm'] = relative;
    return new Date(now - Number(count) * unitMillis[unit]).toISOString();
  }
  const time = INSTANT.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
