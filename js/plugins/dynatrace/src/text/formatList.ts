/**
 * Joins texts as a sentence does: `a, b and c`.
 */
export function formatList(texts: string[], language: string): string {
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(texts);
}
