import { formatAge } from './formatAge';
import { formatBytes } from './formatBytes';
import { formatDuration } from './formatDuration';
import { formatList } from './formatList';
import { formatNumber } from './formatNumber';
import { sentence } from './sentence';

describe('sentence', () => {
  it.each([
    ['the token lacks a scope', 'The token lacks a scope.'],
    ['Already one.', 'Already one.'],
    ['really?', 'Really?'],
    ['`url` is missing', '`url` is missing.'],
    ['  ', '.'],
  ])('makes `%s` a sentence', (message, expected) => {
    expect(sentence(message)).toBe(expected);
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [48_200, '48.2 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1 MB'],
    [1_234_567, '1.2 MB'],
    [48_200_000_000, '48.2 GB'],
    [2_000_000_000_000_000, '2,000 TB'],
  ])('formats %d', (bytes, expected) => {
    expect(formatBytes(bytes, 'en')).toBe(expected);
  });

  it('follows the language', () => {
    expect(formatBytes(1_234_567, 'de')).toBe('1,2 MB');
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [342, '342 ms'],
    [999, '999 ms'],
    [1000, '1 sec'],
    [59_900, '59.9 sec'],
    [61_250, '1 min'],
    [5_400_000, '1.5 hr'],
    [172_800_000, '2 days'],
  ])('formats %d ms', (millis, expected) => {
    expect(formatDuration(millis, 'en')).toBe(expected);
  });
});

describe('formatNumber', () => {
  it.each([
    [1234.567, undefined, '1,234.57'],
    [99.5, 'percent', '99.5%'],
    [1_500_000, 'bytes', '1.5 MB'],
    [1500, 'milliseconds', '1.5 sec'],
    [0.25, 'per-day', '0.25/day'],
    [12, 'per-minute', '12/minute'],
  ] as const)('formats %d in %s', (value, unit, expected) => {
    expect(formatNumber(value, unit, 'en')).toBe(expected);
  });
});

describe('formatAge', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  it.each([
    ['2026-11-21T12:00:00Z', 'now'],
    ['2026-11-21T11:59:31Z', 'now'],
    ['2026-11-21T12:05:00Z', 'now'],
    ['2026-11-21T11:59:15Z', '45 seconds ago'],
    ['2026-11-21T11:58:01Z', '1 minute ago'],
    ['2026-11-21T10:30:00Z', '1 hour ago'],
    ['2026-11-20T11:00:00Z', 'yesterday'],
  ])('says how long ago %s is', (time, expected) => {
    expect(formatAge(Date.parse(time), now, 'en')).toBe(expected);
  });

  it('follows the language', () => {
    expect(formatAge(now - 120_000, now, 'de')).toBe('vor 2 Minuten');
  });
});

describe('formatList', () => {
  it.each([
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b, and c'],
  ])('joins %j', (texts, expected) => {
    expect(formatList(texts, 'en')).toBe(expected);
  });
});
