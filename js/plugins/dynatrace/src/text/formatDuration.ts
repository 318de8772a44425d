const steps = [
  { unit: 'millisecond', millis: 1, until: 1_000, digits: 0 },
  { unit: 'second', millis: 1_000, until: 60_000, digits: 1 },
  { unit: 'minute', millis: 60_000, until: 3_600_000, digits: 1 },
  { unit: 'hour', millis: 3_600_000, until: 172_800_000, digits: 1 },
  { unit: 'day', millis: 86_400_000, until: Infinity, digits: 1 },
] as const;

/**
 * Formats a duration in the largest unit that leaves it above one: `342 ms`, `1.5 s`, `12 min`.
 *
 * @param millis - milliseconds
 */
export function formatDuration(millis: number, language: string): string {
  const step =
    steps.find(({ until }) => Math.abs(millis) < until) ??
    steps[steps.length - 1];
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: step.unit,
    unitDisplay: 'short',
    maximumFractionDigits: step.digits,
  }).format(millis / step.millis);
}
