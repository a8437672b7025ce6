import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { LaunchFailure } from './failure.mjs';
import { PrivateServer } from './private-server.mjs';

/** The owner of a private instance: runs the migrations, makes the service logins. */
export const POSTGRES_OWNER = 'tessera_owner';
const CONNECTIONS_MAX = 200;

/** The account that runs PostgreSQL: it refuses to run as root, so root lends it the `postgres` user, or `nobody` where there is none. */
export function postgresAccount() {
  if (process.getuid?.() !== 0) return null;
  const rows = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const row = rows.find(([name]) => name === 'postgres') ?? rows.find(([name]) => name === 'nobody');
  if (row === undefined)
    throw new LaunchFailure(
      'PostgreSQL refuses to run as root and this machine has neither a user `postgres` nor `nobody`: create one with `useradd postgres`.',
    );
  return { uid: Number(row[2]), gid: Number(row[3]) };
}

/** Whether this account can reach a directory: every directory above lets it pass. */
export function canReach(account, directory) {
  for (let at = path.dirname(directory); ; at = path.dirname(at)) {
    const { mode, uid, gid } = fs.statSync(at);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

/** The data directory to use: inside the launcher's own one, or outside where PostgreSQL's account cannot pass (as under /root). */
export function postgresDirectory(data, account) {
  if (account === null || canReach(account, data.path('postgres'))) return data.path('postgres');
  const home = data.outsideHome({ keep: true });
  fs.mkdirSync(home, { recursive: true, mode: 0o711 });
  return path.join(home, 'postgres');
}

/** The major version whose files stand in the directory, or null for none. */
export function dataMajor(directory) {
  const file = path.join(directory, 'PG_VERSION');
  return fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) : null;
}

/** Makes the data directory, whole or not at all: a start that was cut short is made again from nothing. */
function initialise({ bin, directory, account, password, durable }) {
  const draft = `${directory}.new`;
  fs.rmSync(draft, { recursive: true, force: true });
  fs.mkdirSync(draft, { mode: 0o700 });
  const passwordFile = `${directory}.password`;
  fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account !== null) for (const name of [draft, passwordFile]) fs.chownSync(name, account.uid, account.gid);
  const args = [
    '-D',
    draft,
    '-U',
    POSTGRES_OWNER,
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--no-instructions',
    '-E',
    'UTF8',
    '--locale=C',
  ];
  try {
    const made = spawnSync(path.join(bin, 'initdb'), durable ? args : [...args, '--no-sync'], {
      ...(account ?? {}),
      cwd: '/',
      encoding: 'utf8',
    });
    if (made.status !== 0)
      throw new LaunchFailure(
        `initdb failed: ${lastLine(made.stderr) ?? made.error?.message ?? 'no reason given'}. Check the free space, or set DATABASE_URL to a server you have.`,
      );
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
  fs.renameSync(draft, directory);
}

function lastLine(text) {
  return text?.trim().split('\n').filter(Boolean).at(-1);
}

/** A private PostgreSQL on loopback with passwords; `durable` false gives up crash safety for speed, in tests only. */
export function privatePostgres({ bin, data, children, port, password, durable }) {
  const account = postgresAccount();
  const directory = postgresDirectory(data, account);
  if (dataMajor(directory) === null) initialise({ bin, directory, account, password, durable });
  const settings = {
    listen_addresses: '127.0.0.1',
    // No socket file: its path would be too long in a deep directory, and TCP is what the services use.
    unix_socket_directories: '',
    max_connections: CONNECTIONS_MAX,
    // What a service is promised stays as it is; only a crash of the machine would lose something.
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  const server = new PrivateServer({
    name: 'postgres',
    port,
    spawn: (at) => {
      const args = [
        '-D',
        directory,
        '-p',
        String(at),
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ];
      return children.start('postgres', path.join(bin, 'postgres'), args, {
        ...(account ?? {}),
        signal: 'SIGINT',
        env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
      });
    },
    isReady: (child, at) => saysReady(directory, child.pid, at),
  });
  const urlOf = (user, secret, database) =>
    `postgresql://${user}:${encodeURIComponent(secret)}@127.0.0.1:${server.port}/${database}`;
  return Object.assign(server, { directory, urlOf, ownerUrl: (database) => urlOf(POSTGRES_OWNER, password, database) });
}

/** The postmaster writes its state into line 8 of postmaster.pid, its port into line 4. */
function saysReady(directory, pid, port) {
  try {
    const lines = fs.readFileSync(path.join(directory, 'postmaster.pid'), 'utf8').split('\n');
    return Number(lines[0]) === pid && Number(lines[3]) === port && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}
