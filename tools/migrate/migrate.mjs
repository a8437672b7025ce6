#!/usr/bin/env node
/**
 * The migration runner: `node tools/migrate/migrate.mjs deploy | status | verify | resolve --applied <name> | resolve
 * --rolled-back <name>`, with the owner's direct address in DATABASE_URL (or a file of it in DATABASE_URL_FILE).
 *
 * Exit 0: done. 1: try again (and `status`, `verify`: something is pending). 3: a person has to look; nothing was changed.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EXIT, MigrationStop, isTransient, oneLine } from './migration-stop.mjs';
import { migrate, resolveApplied, resolveRolledBack, status } from './runner.mjs';

export { EXIT, MigrationStop, isTransient } from './migration-stop.mjs';
export { MIGRATIONS_DIRECTORY } from './release.mjs';
export { migrate, resolveApplied, resolveRolledBack, status } from './runner.mjs';

const USAGE = 'usage: migrate.mjs deploy | status | verify | resolve --applied <name> | resolve --rolled-back <name>';

/** Runs one command; returns the exit status. `print` gets what was done, `complain` the one line when it was not. */
export async function run(args, env, print, complain) {
  try {
    return await command(args, addressOf(env), { directory: env.MIGRATIONS_DIRECTORY, log: print }, print);
  } catch (error) {
    const stop = error instanceof MigrationStop || !isTransient(error);
    complain(`migrate: ${oneLine(error)}${stop ? '' : ' (may be tried again)'}`);
    return stop ? EXIT.stop : EXIT.retry;
  }
}

async function command([name, flag, migration, ...rest], url, options, print) {
  switch (rest.length === 0 ? [name, flag].filter(Boolean).join(' ') : '') {
    case 'deploy': {
      const applied = await migrate(url, options);
      if (applied.length === 0) print('nothing to apply');
      return EXIT.done;
    }
    case 'status': {
      const { applied, pending } = await status(url, options);
      for (const one of applied) print(`applied ${one}`);
      for (const one of pending) print(`pending ${one}`);
      return pending.length === 0 ? EXIT.done : EXIT.retry;
    }
    case 'verify': {
      const { applied, pending } = await status(url, options);
      print(`${applied.length} applied, ${pending.length} pending`);
      return pending.length === 0 ? EXIT.done : EXIT.retry;
    }
    case 'resolve --applied':
      await resolveApplied(url, migration, options);
      return EXIT.done;
    case 'resolve --rolled-back':
      await resolveRolledBack(url, migration, options);
      return EXIT.done;
    default:
      throw new MigrationStop(USAGE);
  }
}

function addressOf(env) {
  const url = env.DATABASE_URL_FILE === undefined ? env.DATABASE_URL : readAddress(env.DATABASE_URL_FILE);
  if (!url) throw new MigrationStop('DATABASE_URL is missing: set it, or DATABASE_URL_FILE, to the address of the database owner');
  if (!URL.canParse(url)) throw new MigrationStop('DATABASE_URL is no address: it has the form postgresql://user:password@host:5432/database');
  return url;
}

function readAddress(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new MigrationStop(`DATABASE_URL_FILE cannot be read: ${oneLine(error)}`);
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await run(process.argv.slice(2), process.env, (line) => console.log(line), (line) => console.error(line));
}
