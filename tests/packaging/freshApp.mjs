// An app of a customer's: an empty folder, our tarball, nothing else.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Tools that stand for a customer's own, by package name. */
export const js = createRequire(join(repository, 'js/package.json'));
export const e2e = createRequire(join(repository, 'tests/e2e/package.json'));

/** The file `cargo xtask pack` made of the package. */
export function tarball(name) {
  const packed = join(repository, 'target/npm');
  const file = readdirSync(packed).find(entry => new RegExp(`^${name}-[0-9].*\\.tgz$`).test(entry));
  if (!file) {
    throw new Error(`${packed} has no ${name}: run \`cargo xtask pack\``);
  }
  return join(packed, file);
}

/** A folder with the core installed from its tarball, and the given files. */
export function freshApp(files) {
  const directory = mkdtempSync(join(tmpdir(), 'grailstage-app-'));
  writeFileSync(join(directory, 'package.json'), '{ "name": "app", "private": true }\n');
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(directory, name), text);
  }
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', '--silent', tarball('grailstage-core')], {
    cwd: directory,
    stdio: 'inherit',
  });
  return directory;
}

/** Runs a program in the app and gives what it prints; a failure says what that was. */
export function run(directory, program, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: directory, encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
  }
  return stdout;
}
