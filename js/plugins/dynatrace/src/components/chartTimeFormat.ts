const DAY = 86_400_000;

/**
 * How the times of a chart are written: as days where each is a day of UTC, as the backend counts days; with the time of
 * the day in the reader's zone otherwise.
 *
 * @param times - in ISO 8601
 */
export function chartTimeFormat(
  times: string[],
  language: string,
): (iso: string) => string {
  const isDaily = times.every(time => Date.parse(time) % DAY === 0);
  const format = new Intl.DateTimeFormat(language, {
    month: 'short',
    day: 'numeric',
    ...(isDaily ? { timeZone: 'UTC' } : { hour: '2-digit', minute: '2-digit' }),
  });
  return iso => {
    const time = Date.parse(iso);
    return Number.isNaN(time) ? iso : format.format(time);
  };
}
