// Writes package-lock.json from the package.json files.
//
// Third-party packages are pinned there; the packages of this repository are left out. Their tarballs differ from
// build to build, and npm would hold every later build to the checksum of the one that wrote the lock file.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

execFileSync('npm', ['install', '--package-lock-only', '--save'], {
  stdio: 'inherit',
});

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
for (const [path, entry] of Object.entries(lock.packages)) {
  if (path.startsWith('node_modules/@grailstage/') || entry.extraneous) {
    delete lock.packages[path];
  }
}
writeFileSync('package-lock.json', `${JSON.stringify(lock, undefined, 2)}\n`);
