import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const MACHINE_DIRECTORIES = ['/usr/local/bin', '/usr/bin', '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin'];

/** The oldest PostgreSQL the migrations are written for. */
export const POSTGRES_MAJOR_MINIMUM = 15;

/** Where PostgreSQL's packages of Debian, Red Hat and Homebrew put server programs, newest version first. */
function postgresDirectories() {
  const versioned = (parent, pattern, rest) => {
    if (!fs.existsSync(parent)) return [];
    const names = fs.readdirSync(parent).filter((name) => pattern.test(name));
    names.sort((a, b) => Number(b.replace(/\D/g, '')) - Number(a.replace(/\D/g, '')));
    return names.map((name) => path.join(parent, name, rest));
  };
  return [
    ...versioned('/usr/lib/postgresql', /^\d+$/, 'bin'),
    ...versioned('/usr', /^pgsql-\d+$/, 'bin'),
    ...versioned('/opt/homebrew/opt', /^postgresql@\d+$/, 'bin'),
  ];
}

function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The full path of a program on this machine, or null. */
export function findProgram(name, env = process.env) {
  const directories = [...(env.PATH ?? '').split(path.delimiter).filter(Boolean), ...MACHINE_DIRECTORIES];
  return directories.map((directory) => path.join(directory, name)).find(isProgram) ?? null;
}

/**
 * PostgreSQL's server programs: `{ bin, major }`, or null. `wanted` is the major version an existing data directory needs:
 * the files of one major version cannot be read by another.
 */
export function findPostgres(wanted = null, extra = [], env = process.env) {
  const onPath = (env.PATH ?? '').split(path.delimiter).filter(Boolean);
  for (const directory of [...postgresDirectories(), ...onPath, ...MACHINE_DIRECTORIES, ...extra]) {
    if (!isProgram(path.join(directory, 'postgres')) || !isProgram(path.join(directory, 'initdb'))) continue;
    const bin = path.dirname(fs.realpathSync(path.join(directory, 'initdb')));
    const major = postgresMajor(path.join(bin, 'postgres'));
    if (major !== null && (wanted === null ? major >= POSTGRES_MAJOR_MINIMUM : major === wanted)) return { bin, major };
  }
  return null;
}

function postgresMajor(program) {
  try {
    return Number(/(\d+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))[1]);
  } catch {
    return null;
  }
}
