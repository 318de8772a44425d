const steps = [
  { unit: 'second', millis: 1_000, until: 60_000 },
  { unit: 'minute', millis: 60_000, until: 3_600_000 },
  { unit: 'hour', millis: 3_600_000, until: 86_400_000 },
  { unit: 'day', millis: 86_400_000, until: Infinity },
] as const;

/**
 * Says how long ago an instant is, for example `2 minutes ago`. Within half a minute, or with a clock ahead of ours, it is
 * `now`.
 *
 * @param time - milliseconds since the epoch
 * @param now - milliseconds since the epoch
 */
export function formatAge(time: number, now: number, language: string): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const age = now - time;
  if (age < 30_000) {
    return format.format(0, 'second');
  }
  const step = steps.find(({ until }) => age < until) ?? steps[0];
  return format.format(-Math.floor(age / step.millis), step.unit);
}
