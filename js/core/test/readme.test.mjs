// The examples of README.md that need no environment print what their comments say.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { it } from 'node:test';

const root = fileURLToPath(new URL('..', import.meta.url));
const examples = [
  ...readFileSync(`${root}README.md`, 'utf8').matchAll(/^```js\n(.*?)^```$/gms),
]
  .map(([, code]) => code)
  .filter(code => code.includes('console.log'));

it('README.md shows what its examples print', () => {
  assert.ok(examples.length > 0);
  for (const example of examples) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', example],
      { cwd: root, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
    );
    assert.equal(status, 0, stderr);
    const shown = example
      .split('\n')
      .filter(line => line.startsWith('// '))
      .map(line => line.slice(3));
    assert.deepEqual(stdout.split('\n').filter(Boolean), shown);
  }
});
