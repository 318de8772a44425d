// From the glue in pkg/ and the sources in src/ to the loaders in dist/.
//
//   pkg/glue.js ──> pkg/createGlue.js   a function that makes fresh glue, so that a trapped instance can be replaced
//   src/node.ts ──> dist/node.cjs       reads the .wasm file            (Node, Jest)
//   src/browser.ts ──> dist/browser.mjs fetches the .wasm file          (bundlers)
//   src/inline.ts ──> dist/inline.cjs   carries the .wasm in itself     (everything else)
//
// With an argument, another package is made of the same sources: a folder with a pkg/ of its own.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = process.argv[2] ? `${resolve(process.argv[2])}/` : root;

const glue = await build({
  absWorkingDir: root,
  entryPoints: [`${target}pkg/glue.js`],
  bundle: true,
  format: 'iife',
  globalName: 'glue',
  write: false,
});

// The parameters shadow globals of the same name inside the glue: microtasks run guarded, and nothing is freed
// behind the back of an instance that has trapped.
await writeFile(
  `${target}pkg/createGlue.js`,
  `export default function createGlue(queueMicrotask, reportPanic) {
const FinalizationRegistry = undefined;
${glue.outputFiles[0].text}
return glue;
}
`,
);
await writeFile(
  `${target}pkg/createGlue.d.ts`,
  `import type * as glue from './glue';
export type Glue = typeof glue & { __wbg_set_wasm(exports: WebAssembly.Exports): void };
export default function createGlue(
  queueMicrotask: (task: () => void) => void,
  reportPanic: (message: string) => void,
): Glue;
`,
);

const loaders = [
  {
    entry: 'src/node.ts',
    outfile: 'dist/node.cjs',
    format: 'cjs',
    platform: 'node',
  },
  {
    entry: 'src/browser.ts',
    outfile: 'dist/browser.mjs',
    format: 'esm',
    platform: 'browser',
  },
  {
    entry: 'src/inline.ts',
    outfile: 'dist/inline.cjs',
    format: 'cjs',
    platform: 'neutral',
  },
];
const ownPackage = {
  name: 'own-package',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\.\/pkg\// }, ({ path }) => ({
      path: `${target}${path.slice('../'.length)}`.replace(/Glue$/, '$&.js'),
    })),
};
await Promise.all(
  loaders.map(({ entry, outfile, format, platform }) =>
    build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile: `${target}${outfile}`,
      format,
      platform,
      bundle: true,
      target: 'es2022',
      plugins: [ownPackage],
      loader: { '.wasm': 'binary' },
      logLevel: 'warning',
    }),
  ),
);

// Node's ES modules wrap the CommonJS file, so that both see one module and one set of classes.
await writeFile(
  `${target}dist/node.mjs`,
  `import core from './node.cjs';
export const {
  DynatraceClient,
  GrailstageError,
  cards,
  checkDql,
  explainDql,
  formatDql,
  init,
  inspectDql,
  ownerMetadata,
  planTelemetry,
  releaseMetadata,
  version,
} = core;
`,
);
