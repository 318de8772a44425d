// The second build of this package, whose module traps where a request says so: its name stands in the request, as
// the name of an entity or in a query.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder =
  process.env.TRAPPING_CORE ??
  fileURLToPath(new URL('../../../target/trapping-core', import.meta.url));

if (!existsSync(join(folder, 'dist/node.cjs'))) {
  throw new Error(
    `there is no package at ${folder}: run \`cargo xtask test --only 'core package'\`, or name it in the variable TRAPPING_CORE`,
  );
}

export const trappingCore = createRequire(import.meta.url)(
  join(folder, 'dist/node.cjs'),
);
export const inlineTrappingCore = createRequire(import.meta.url)(
  join(folder, 'dist/inline.cjs'),
);
