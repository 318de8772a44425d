/**
 * Formats a duration in milliseconds: those up to a second, seconds beyond.
 */
export function formatDuration(millis: number, language: string): string {
  const inSeconds = millis >= 1000;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: inSeconds ? 'second' : 'millisecond',
    unitDisplay: 'short',
    maximumFractionDigits: inSeconds ? 1 : 0,
  }).format(inSeconds ? millis / 1000 : millis);
}
