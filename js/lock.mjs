// Writes package-lock.json from the package.json files, complete for all platforms.
//
// Packages with native code come as one optional package for each platform. A registry that lacks some of them leaves
// holes in the lock file: `npm ci` then refuses it, and on those platforms nothing would be installed. Their names tell
// the platform, and their parents pin the version, so the holes can be filled without the registry.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'ppc64',
  'riscv64',
  's390x',
  'x64',
];

execFileSync('npm', ['install', '--package-lock-only'], { stdio: 'inherit' });

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const holes = Object.entries(lock.packages).flatMap(([path, parent]) =>
  Object.entries(parent.optionalDependencies ?? {})
    .filter(([name]) => !isLocked(path, name))
    .map(([name, version]) => [
      `${directoryOf(path)}node_modules/${name}`,
      entry(name, version, parent),
    ]),
);
lock.packages = Object.fromEntries(
  [...Object.entries(lock.packages), ...holes].sort(([a], [b]) =>
    a.localeCompare(b, 'en'),
  ),
);
writeFileSync('package-lock.json', `${JSON.stringify(lock, undefined, 2)}\n`);

/** Whether Node would find the package from there. */
function isLocked(path, name) {
  const places = [path];
  while (places.at(-1)) {
    places.push(directoryOf(places.at(-1)).replace(/\/$/, ''));
  }
  return places.some(
    place => lock.packages[`${place && `${place}/`}node_modules/${name}`],
  );
}

/** What stands before the last `node_modules` of a path: with a slash at its end, or empty for the root. */
function directoryOf(path) {
  return path.slice(0, Math.max(path.lastIndexOf('node_modules/'), 0));
}

function entry(name, version, parent) {
  const parts = name.split('/').at(-1).split('-');
  const os = systems.filter(system => parts.includes(system));
  const cpu = processors.filter(processor => parts.includes(processor));
  if (!/^\d+\.\d+\.\d+$/.test(version) || !os.length || !cpu.length) {
    throw new Error(`${name}@${version} is not the package of a platform`);
  }
  const libc = parts.some(part => part.startsWith('musl')) ? 'musl' : 'glibc';
  return {
    version,
    cpu,
    ...(parent.dev && { dev: true }),
    ...(os.includes('linux') && { libc: [libc] }),
    optional: true,
    os,
  };
}
