// Asks a Dynatrace environment a question in DQL and prints the answer as a table.
//
//   npm install @grailstage/core
//   DYNATRACE_URL=https://abc12345.apps.dynatrace.com DYNATRACE_TOKEN=dt0s16.… node ask.mjs 'fetch logs | limit 3'
import { DynatraceClient, GrailstageError } from '@grailstage/core';

const { DYNATRACE_URL: url, DYNATRACE_TOKEN: platformToken } = process.env;
const [query] = process.argv.slice(2);
if (!url || !platformToken || !query) {
  console.error("usage: DYNATRACE_URL=… DYNATRACE_TOKEN=… node ask.mjs 'fetch logs | limit 3'");
  process.exit(2);
}

const client = DynatraceClient.create({ config: { environments: [{ name: 'ask', url, platformToken }] } });
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());

try {
  const bytes = await client.query({ query }, { signal: interrupt.signal });
  const { columns, rows, notes, scannedBytes, notebookUrl } = JSON.parse(new TextDecoder().decode(bytes));
  console.table(rows.map(row => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]]))));
  notes.forEach(({ severity, message }) => console.log(`${severity}: ${message}`));
  console.log(`${rows.length} records, ${scannedBytes} bytes scanned. ${notebookUrl}`);
} catch (error) {
  if (!(error instanceof GrailstageError)) {
    throw error;
  }
  console.error(`${error.code}: ${error.message}${error.help ? `\n${error.help}` : ''}`);
  process.exitCode = 1;
}
