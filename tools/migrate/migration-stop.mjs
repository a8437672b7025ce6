import pg from 'pg';

/** Exit statuses of the runner: done; may be tried again; needs a person (the migration Job fails for good on it). */
export const EXIT = { done: 0, retry: 1, stop: 3 };

/** The database or the release is not in a state that another try could mend. The message is one line with the cure. */
export class MigrationStop extends Error {
  name = 'MigrationStop';
  exitCode = EXIT.stop;
}

/** SQLSTATE classes and codes that another try may get past: connection, resources, operator, locks, deadlock. */
const TRANSIENT = [/^08/, /^53/, /^57P/, /^57014$/, /^55P03$/, /^40/];

/** Tells whether another try may succeed: the server is away, busy or locked. What is no answer of the server is the connection's. */
export function isTransient(error) {
  if (error instanceof MigrationStop) return false;
  return !(error instanceof pg.DatabaseError) || TRANSIENT.some((pattern) => pattern.test(error.code ?? ''));
}

/** The first line of what went wrong. An address with its password never gets here: pg does not put it in messages. */
export function oneLine(error) {
  return String(error?.message || error?.code || error).split('\n', 1)[0];
}
