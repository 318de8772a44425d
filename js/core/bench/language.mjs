// How fast the language is in WebAssembly, beside the same functions compiled for this machine.
//
//   NATIVE=target/release/examples/language_speed node bench/language.mjs        (`cargo xtask bench` does that)
//
// Both read the corpus of this project, and the public queries in ../shared/dql where they are present, in turn and for
// short times: whatever else the machine does slows down both. WebAssembly is measured as JavaScript calls it, with
// the text copied in and the report parsed; the native side makes the same JSON and leaves it at that. What the crossing
// costs is the floor: as many calls with an empty text, measured in the same rounds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { checkDql, explainDql, formatDql } from '@grailstage/core';

const ROUNDS = 25;
const PASSES = 2;

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const corpus = join(repository, 'tests/corpus');
const shared = join(
  process.env.GRAILSTAGE_SHARED ?? join(repository, '../shared'),
  'dql/corpus.jsonl',
);

const own = readdirSync(corpus, { recursive: true })
  .filter(file => file.endsWith('.dql'))
  .map(file => readFileSync(join(corpus, file), 'utf8'));
const others = existsSync(shared)
  ? readFileSync(shared, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line).query)
  : [];

/** All queries that are read without errors, and how. */
const texts = [...own, ...others].flatMap(text => {
  const dialect = ['query', 'snippet'].find(
    candidate => formatDql(text, { dialect: candidate }).valid,
  );
  return dialect ? [[text, dialect]] : [];
});
const bytes = texts.reduce((sum, [text]) => sum + Buffer.byteLength(text), 0);

const native = spawn(process.env.NATIVE, {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const answers = createInterface({ input: native.stdout });
native.stdin.write(`${JSON.stringify(texts)}\n`);

async function nativeSeconds(name) {
  native.stdin.write(`${name} ${PASSES}\n`);
  const [nanoseconds] = await once(answers, 'line');
  return Number(nanoseconds) / 1e9;
}

function wasmSeconds(report) {
  const started = process.hrtime.bigint();
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (const [text, dialect] of texts) {
      report(text, { dialect });
    }
  }
  return Number(process.hrtime.bigint() - started) / 1e9;
}

function crossingSeconds(report) {
  const started = process.hrtime.bigint();
  for (let call = 0; call < PASSES * texts.length; call += 1) {
    report('', { dialect: 'query' });
  }
  return Number(process.hrtime.bigint() - started) / 1e9;
}

const median = numbers =>
  numbers.toSorted((one, other) => one - other)[numbers.length >> 1];
const speed = seconds =>
  ((bytes * PASSES) / 1e6 / seconds).toFixed(1).padStart(6);

console.log(`${texts.length} queries, ${bytes} bytes, ${ROUNDS} rounds`);
for (const report of [formatDql, checkDql, explainDql]) {
  // V8 compiles a module twice: in haste, and well where it runs often.
  wasmSeconds(report);
  await nativeSeconds(report.name);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const wasm = wasmSeconds(report);
    const crossing = crossingSeconds(report);
    rounds.push({ wasm, crossing, native: await nativeSeconds(report.name) });
  }
  const ratio = median(rounds.map(round => round.native / round.wasm));
  const within = median(
    rounds.map(({ wasm, crossing, native: its }) => its / (wasm - crossing)),
  );
  console.log(
    `${report.name.padEnd(10)} wasm ${speed(
      median(rounds.map(({ wasm }) => wasm)),
    )} MB/s, native ${speed(
      median(rounds.map(round => round.native)),
    )} MB/s, wasm is ${ratio.toFixed(2)} of native, ${within.toFixed(
      2,
    )} without the crossing`,
  );
}
native.stdin.end();
