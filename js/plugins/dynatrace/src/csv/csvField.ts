/**
 * What makes spreadsheets take a text for a formula when it comes first, after whitespace too; and their wide forms.
 */
const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;

/**
 * A value as a field of a CSV file. Texts are quoted (RFC 4180), and one that a spreadsheet would take for a formula begins
 * with an apostrophe: it may come from anybody whose records are in Dynatrace. Numbers stay as they are.
 */
export function csvField(value: string | number | undefined): string {
  if (value === undefined) {
    return '';
  }
  if (typeof value === 'number') {
    return String(value);
  }
  const text = FORMULA.test(value) ? `'${value}` : value;
  return `"${text.replaceAll('"', '""')}"`;
}
