import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** A PostgreSQL that belongs to the test run alone. */
export interface PrivateServer {
  /** Address of the superuser, database `postgres`. */
  readonly adminUrl: string;
  stop(): Promise<void>;
}

/** Milliseconds the server may take to answer its first connection. */
const READY_MS_MAX = 20_000;
const READY_POLL_MS = 10;
/** Another process may take the free port before PostgreSQL does. */
const START_ATTEMPTS = 3;

/** Where Debian and Ubuntu put the server; elsewhere it is on the path. */
const DEBIAN_BINARIES = '/usr/lib/postgresql';

/**
 * Runs the server and stops it when standard input closes: it goes with the process that started it, however that ends.
 * $1 is the data directory, the rest the command.
 */
const KEEPER = `
  dir=$1; shift
  exec 3<&0
  "$@" 3<&- & server=$!
  { cat <&3 >/dev/null; kill -INT "$server" 2>/dev/null; } &
  wait "$server"; status=$?
  rm -rf "$dir"
  exit $status`;

/** Starts a server in a temporary directory on a free port. As root it runs as the `postgres` user, as it refuses root. */
export async function startPrivateServer(): Promise<PrivateServer> {
  const account = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  let problem: unknown;
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    try {
      return await start(account);
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}

async function start(account: { uid?: number; gid?: number }): Promise<PrivateServer> {
  const directory = mkdtempSync(path.join(tmpdir(), 'tessera-postgres-'));
  if (account.uid !== undefined && account.gid !== undefined) chownSync(directory, account.uid, account.gid);
  const where = { ...account, cwd: '/' };
  const made = spawnSync(
    binary('initdb'),
    ['-D', directory, '-U', 'postgres', '--auth=trust', '--no-sync', '--no-instructions', '-E', 'UTF8', '--locale=C'],
    { ...where, encoding: 'utf8' },
  );
  if (made.status !== 0) {
    rmSync(directory, { recursive: true, force: true });
    throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);
  }
  const port = await freePort();
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${directory}`, 'max_connections=200', 'fsync=off', 'full_page_writes=off'];
  const command = [binary('postgres'), '-D', directory, ...settings.flatMap((setting) => ['-c', setting])];
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'keeper', directory, ...command], { ...where, stdio: ['pipe', 'ignore', 'ignore'] });
  const adminUrl = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  await untilReady(adminUrl, keeper);
  return { adminUrl, stop: () => stop(keeper) };
}

async function stop(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null) return;
  const gone = once(keeper, 'exit');
  keeper.stdin?.end();
  await gone;
}

async function untilReady(url: string, keeper: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_MS_MAX;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (keeper.exitCode !== null) throw new Error(`PostgreSQL stopped with status ${keeper.exitCode}`, { cause: error });
      if (performance.now() > deadline) {
        await stop(keeper);
        throw error;
      }
      await delay(READY_POLL_MS);
    }
  }
}

function binary(name: string): string {
  const versions = existsSync(DEBIAN_BINARIES) ? readdirSync(DEBIAN_BINARIES).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => path.join(DEBIAN_BINARIES, version, 'bin', name)).find((file) => existsSync(file)) ?? name;
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
