import { fileURLToPath } from 'node:url';

/** Where a screenshot is kept: with the other products of the build, not in git. */
export function screenshotPath(name: string): string {
  return fileURLToPath(
    new URL(`../../target/e2e/${name}.png`, import.meta.url),
  );
}
