import { Queries, type QueryRunner, type Statements } from '@tessera/database';
import type pg from 'pg';

/** The statements after which deliveries may be due, and when. Their trigger writes them; this only makes it prompt. */
const MAY_WRITE_DELIVERIES: Readonly<Record<string, (rows: readonly unknown[]) => boolean>> = {
  'end-session': some,
  'sign-out': some,
  'end-account-sessions': some,
  'delete-declared-accounts': some,
  // Somebody else was signed in in this browser before.
  'sign-in': (rows) => rows.some((row) => typeof row === 'object' && row !== null && 'personChanged' in row && row.personChanged === true),
};

/**
 * The statements of this service, watched: after the commit of one that may have written deliveries, somebody is told. So no feature
 * that ends a session can forget to, and none of them knows about deliveries.
 */
export class AnnouncingQueries extends Queries {
  /** @param announce must not throw. */
  constructor(
    pool: pg.Pool,
    statements: Statements,
    private readonly announce: () => void,
  ) {
    super(pool, statements);
  }

  override async run(name: string, params: readonly unknown[]): Promise<readonly unknown[]> {
    const rows = await super.run(name, params);
    if (mayWrite(name, rows)) this.announce();
    return rows;
  }

  override async transaction<Result>(work: (queries: QueryRunner) => Promise<Result>): Promise<Result> {
    let written = false;
    const result = await super.transaction((queries) =>
      work({
        run: async (name, params) => {
          const rows = await queries.run(name, params);
          written ||= mayWrite(name, rows);
          return rows;
        },
      }),
    );
    if (written) this.announce();
    return result;
  }
}

function mayWrite(name: string, rows: readonly unknown[]): boolean {
  return Object.hasOwn(MAY_WRITE_DELIVERIES, name) && MAY_WRITE_DELIVERIES[name]?.(rows) === true;
}

function some(rows: readonly unknown[]): boolean {
  return rows.length > 0;
}
