import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { LaunchFailure } from './failure.mjs';
import { isAlive, processStart } from './process-table.mjs';
import { keepPrivately, readJson, readText } from './private-files.mjs';

/** Everything the launcher makes under its directory. `--fresh` removes these names and nothing else. */
const OURS = [
  'postgres',
  'postgres.new',
  'redis',
  'nats',
  'run',
  'ports.json',
  'demo.json',
  'demo-secrets.json',
  'demo-key.jwks.json',
  'operator.json',
  'playground-ca.pem',
  'conformance',
];
const IDENTITIES = 'identities';
const OUTSIDE = '/var/lib/tessera';
const GUARD_MS_MAX = 10_000;

/** The launcher's directory: where private instances, identities, logs and demo.json live, held by one launcher at a time. */
export class DataDirectory {
  constructor(root) {
    this.root = path.resolve(root);
  }

  path(...parts) {
    return path.join(this.root, ...parts);
  }

  /** Makes the directory. Others may pass through it (PostgreSQL runs as its own user) but not list it. */
  open() {
    fs.mkdirSync(this.path('run'), { recursive: true, mode: 0o711 });
    fs.mkdirSync(this.path('logs'), { recursive: true, mode: 0o711 });
    if (process.getuid?.() === fs.statSync(this.root).uid) fs.chmodSync(this.root, 0o711);
    return this;
  }

  /** Takes the directory for this process. A lock whose process is gone, after a crash, is taken over. */
  lock() {
    const file = this.path('launcher.lock');
    const mine = JSON.stringify({ pid: process.pid, start: processStart(process.pid) });
    for (;;) {
      if (createExclusively(file, mine)) return;
      const holder = readJson(file, null);
      if (holder !== null && isAlive(holder.pid, holder.start))
        throw new LaunchFailure(
          `another launcher (process ${holder.pid}) uses ${this.root}: stop it, or set TESSERA_DATA_DIR to start a second system.`,
        );
      takeOver(file);
    }
  }

  unlock() {
    const file = this.path('launcher.lock');
    if (readJson(file, null)?.pid === process.pid) fs.rmSync(file, { force: true });
  }

  /** `--fresh`: forgets databases, demo data and, unless a bus that somebody else runs knows them, identities. */
  clear({ keepIdentities }) {
    fs.rmSync(this.outsideHome(), { recursive: true, force: true });
    for (const name of keepIdentities ? OURS : [...OURS, IDENTITIES])
      fs.rmSync(this.path(name), { recursive: true, force: true });
    this.open();
  }

  /**
   * Where PostgreSQL's files go when its user cannot reach this directory, as under /root. Known by a name that stands in this
   * directory: the passwords do too, so whoever makes the directory anew finds no files that its passwords do not open.
   */
  outsideHome({ keep = false } = {}) {
    const file = this.path('outside-home');
    const name = () => `${this.nameByPath()}-${randomBytes(4).toString('hex')}`;
    const kept = keep && !this.isOlder() ? keepPrivately(file, name) : readText(file);
    return path.join(OUTSIDE, kept ?? this.nameByPath());
  }

  /** Started by a release that knew those files by the path alone. */
  isOlder() {
    return !fs.existsSync(this.path('outside-home')) && fs.existsSync(this.path('demo.json'));
  }

  nameByPath() {
    return createHash('sha256').update(this.root).digest('hex').slice(0, 12);
  }
}

function createExclusively(file, text) {
  try {
    fs.writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a dead lock. The guard lets one process do it, so that no second one removes the lock that follows. */
function takeOver(file) {
  const guard = `${file}.takeover`;
  if (!createExclusively(guard, '')) {
    if (Date.now() - (fs.statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > GUARD_MS_MAX)
      fs.rmSync(guard, { force: true });
    return;
  }
  try {
    const holder = readJson(file, null);
    if (holder === null || !isAlive(holder.pid, holder.start)) fs.rmSync(file, { force: true });
  } finally {
    fs.rmSync(guard, { force: true });
  }
}
