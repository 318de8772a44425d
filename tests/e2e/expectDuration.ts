import { expect } from '@playwright/test';

const units = new Map([
  ['ms', 1],
  ['sec', 1_000],
  ['min', 60_000],
  ['hr', 3_600_000],
  ['day', 86_400_000],
]);

/** Expects a text such as `8.6 mins` to be that many milliseconds, as exactly as it is written. */
export function expectDuration(text: string, millis: number): void {
  const [, number, name] = text.match(/([\d.,]+) ?(ms|sec|min|hr|day)/) ?? [];
  const unit = units.get(name!);
  if (number === undefined || unit === undefined) {
    throw new Error(`no duration in ${JSON.stringify(text)}`);
  }
  const digit = unit === 1 ? 0.5 : 0.05;
  const shown = Number(number.replaceAll(',', ''));
  expect(
    Math.abs(shown - millis / unit),
    `${text}, expected ${millis / unit} ${name}`,
  ).toBeLessThanOrEqual(digit + 1e-6);
}
