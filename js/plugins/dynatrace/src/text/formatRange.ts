const HOUR = 3_600_000;

/**
 * Says from when to when: days where it is more than two days, otherwise with times of the day.
 *
 * @param from - milliseconds since the epoch
 * @param to - milliseconds since the epoch
 */
export function formatRange(
  from: number,
  to: number,
  language: string,
): string {
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    ...(to - from <= 48 * HOUR && { timeStyle: 'short' }),
  });
  return format.formatRange(from, to);
}
