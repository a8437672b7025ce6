import { traces } from '@tessera/observability';
import type pg from 'pg';
import { connectionOutage, connectionSurvives, outageOf } from './outage.js';
import type { Statements } from './statements.js';

/** Runs statements by name: each by itself, or those of one transaction. */
export interface QueryRunner {
  /**
   * Runs a statement of `prisma/queries`, prepared by name. The rows are for the adapter to parse.
   *
   * @throws {Outage} `postgresql` when there was no connection, no answer, or no answer in time: the outcome is then unknown.
   * What else PostgreSQL says is thrown as it is; a lost race has the SQLSTATE of its constraint in `code`.
   */
  run(name: string, params: readonly unknown[]): Promise<readonly unknown[]>;
}

/** The written statements of a service, on the pool it shares with Prisma (cost rule). */
export class Queries implements QueryRunner {
  constructor(
    private readonly pool: pg.Pool,
    private readonly statements: Statements,
  ) {}

  run(name: string, params: readonly unknown[]): Promise<readonly unknown[]> {
    return this.withConnection((client) => this.runOn(client, name, params));
  }

  /**
   * Runs statements in one transaction: all of them, or none when the work throws. READ COMMITTED; a decision is one statement
   * whose returned row decides, here as elsewhere (PGS-1).
   */
  transaction<Result>(work: (queries: QueryRunner) => Promise<Result>): Promise<Result> {
    return this.withConnection(async (client) => {
      await client.query('BEGIN');
      try {
        const result = await work({ run: (name, params) => this.runOn(client, name, params) });
        await client.query('COMMIT');
        return result;
      } catch (error) {
        // Fails only with the connection, and then the server has rolled back already.
        await client.query('ROLLBACK').catch(() => {});
        throw error;
      }
    });
  }

  private async withConnection<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw connectionOutage(error);
    });
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client.release(!connectionSurvives(error));
      throw outageOf(error) ?? error;
    }
  }

  private async runOn(client: pg.PoolClient, name: string, params: readonly unknown[]): Promise<readonly unknown[]> {
    const text = this.statements.get(name);
    if (text === undefined) throw new RangeError(`there is no statement ${name}`);
    // The name says all there is to say: parameters are people, codes and tokens.
    const span = traces.child('client', name, { statement: name });
    try {
      const { rows } = await client.query<Record<string, unknown>>({ name, text, values: [...params] });
      span?.end();
      return rows;
    } catch (error) {
      span?.end({ outcome: 'failed' }, true);
      throw outageOf(error) ?? error;
    }
  }
}
