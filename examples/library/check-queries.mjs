// Checks files with one DQL query each, in the manner of a compiler, and says what each one reads.
//
//   npm install @grailstage/core
//   node check-queries.mjs queries/*.dql
import { readFileSync } from 'node:fs';
import { checkDql, explainDql } from '@grailstage/core';

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: node check-queries.mjs FILE…');
  process.exit(2);
}

for (const file of files) {
  const text = readFileSync(file, 'utf8');
  const { valid, diagnostics } = checkDql(text, { lints: true });
  for (const { severity, code, start, message, help } of diagnostics) {
    console.log(`${file}:${start.line}:${start.column}: ${severity}[${code}]: ${message}${help ? `; ${help}` : ''}`);
  }
  if (valid) {
    const { analysis } = explainDql(text);
    console.log(`${file}: reads ${analysis.tables.join(', ')} and needs ${analysis.scopes.join(', ')}`);
  } else {
    process.exitCode = 1;
  }
}
