import { Unit } from '@grailstage/backstage-plugin-dynatrace-common';
import { formatBytes } from './formatBytes';
import { formatDuration } from './formatDuration';

/**
 * Formats a number in its unit.
 *
 * @param value - the number as the answer has it, for example 99.5 for 99.5 %
 * @param unit - what it counts; nothing for a plain number
 */
export function formatNumber(
  value: number,
  unit: Unit | undefined,
  language: string,
): string {
  switch (unit) {
    case 'bytes':
      return formatBytes(value, language);
    case 'milliseconds':
      return formatDuration(value, language);
    case 'percent':
      return new Intl.NumberFormat(language, {
        style: 'percent',
        maximumFractionDigits: 2,
      }).format(value / 100);
    case 'per-day':
      return perUnit(value, 'day', language);
    case 'per-minute':
      return perUnit(value, 'minute', language);
    default:
      return new Intl.NumberFormat(language, {
        maximumFractionDigits: 2,
      }).format(value);
  }
}

/** `3/day`, in the words of the language. */
function perUnit(
  value: number,
  unit: 'day' | 'minute',
  language: string,
): string {
  const number = new Intl.NumberFormat(language, {
    maximumFractionDigits: 2,
  }).format(value);
  const name = new Intl.DisplayNames(language, { type: 'dateTimeField' });
  return `${number}/${name.of(unit)}`;
}
