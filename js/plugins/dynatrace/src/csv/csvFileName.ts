/**
 * A file name of these parts that every file system takes: `cart-pipelines-latest-runs.csv`.
 */
export function csvFileName(...parts: string[]): string {
  const name = parts
    .map(part => part.replace(/[^\p{L}\p{N}._]+/gu, '-').slice(0, 80))
    .filter(Boolean)
    .join('-')
    .replace(/^[.-]+/, '');
  return `${name || 'table'}.csv`;
}
