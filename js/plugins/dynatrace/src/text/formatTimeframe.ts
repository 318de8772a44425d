const units: Record<string, string> = {
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
};

/**
 * Says how far a relative expression reaches back: `7 days` for `now-7d`. Any other text stays as it is.
 */
export function formatTimeframe(expression: string, language: string): string {
  const [, count, unit = ''] = /^now-(\d+)([mhdw])$/.exec(expression) ?? [];
  return count === undefined
    ? expression
    : new Intl.NumberFormat(language, {
        style: 'unit',
        unit: units[unit],
        unitDisplay: 'long',
      }).format(Number(count));
}
