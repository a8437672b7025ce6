// Run after every `npm install`: node tools/complete-lock.mjs [package-lock.json]
//
// A registry mirror may lack the binaries that packages offer for other platforms. npm then leaves them out of the lock file without
// a word, and `npm ci` refuses such a lock everywhere ("Missing: ... from lock file"). This adds the entries that are missing, each
// with its exact version and the platform its name tells, so that npm ci accepts the lock and fetches only what fits the machine.
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];
const LIBRARIES = { gnu: 'glibc', glibc: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' };

/** What the name of a binary package says about where it runs, or null when it names no platform. */
export function platformOf(name) {
  const words = name.split(/[/\-_.]/);
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  const libc = [...new Set(words.map((word) => LIBRARIES[word]).filter(Boolean))];
  if (os.length === 0 && cpu.length === 0) return null;
  return {
    ...(os.length ? { os } : {}),
    ...(cpu.length ? { cpu } : {}),
    ...(libc.length && os.includes('linux') ? { libc } : {}),
  };
}

/** Where Node would look for a dependency of the package at `at`, nearest first (the lock's keys are such places). */
function placesOf(at, name) {
  const places = [];
  for (let from = at; ;) {
    places.push(from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`);
    if (from === '') return places;
    const cut = from.lastIndexOf('node_modules/');
    from = cut <= 0 ? '' : from.slice(0, cut - 1);
  }
}

/** Adds the missing entries. Returns the completed lock, the names added and those that name no platform. */
export function completeLock(lock) {
  const packages = { ...lock.packages };
  const added = [];
  const unknown = [];
  for (const [at, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (placesOf(at, name).some((place) => packages[place] !== undefined) || !/^\d+\.\d+\.\d+/.test(version)) continue;
      const platform = platformOf(name);
      if (platform === null) {
        unknown.push(`${name}@${version}`);
        continue;
      }
      packages[`node_modules/${name}`] = { version, ...(entry.dev ? { dev: true } : {}), optional: true, ...platform };
      added.push(`${name}@${version}`);
    }
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { lock: { ...lock, packages: Object.fromEntries(sorted) }, added, unknown };
}

/** Addresses that tie the lock to one registry; the public default is what npm replaces by the configured one. */
export function foreignAddresses(lock) {
  const addresses = Object.values(lock.packages)
    .map((entry) => entry.resolved)
    .filter((address) => /^(https?|git|ssh)/.test(address ?? ''));
  return addresses.filter((address) => !address.startsWith('https://registry.npmjs.org/'));
}

function main(file) {
  const { lock, added, unknown } = completeLock(JSON.parse(fs.readFileSync(file, 'utf8')));
  fs.writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${file}: ${added.length} entries added${added.length ? ` (${added.join(', ')})` : ''}`);
  const foreign = foreignAddresses(lock);
  for (const name of unknown)
    console.error(`${name} is optional, not in the lock and names no platform: add it by hand or pin it in package.json.`);
  for (const address of foreign)
    console.error(
      `${address} ties the lock to one registry: run \`npm config set omit-lockfile-registry-resolved true\` and install again.`,
    );
  if (unknown.length + foreign.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv[2] ?? 'package-lock.json');
