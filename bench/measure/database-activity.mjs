import pg from 'pg';

/** PostgreSQL's backends report what they did at most once a second. */
const REPORT_MS = 1_500;

/** Counts what happens in the database: transactions and inserted rows, as its own statistics have them. */
export class DatabaseActivity {
  constructor(url) {
    this.client = new pg.Client({ connectionString: url });
  }

  async open() {
    await this.client.connect();
    return this;
  }

  async counts() {
    await new Promise((resolve) => setTimeout(resolve, REPORT_MS));
    await this.client.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await this.client.query(
      'SELECT xact_commit + xact_rollback AS transactions, tup_inserted AS inserted FROM pg_stat_database WHERE datname = current_database()',
    );
    return { transactions: Number(rows[0].transactions), inserted: Number(rows[0].inserted) };
  }

  close() {
    return this.client.end();
  }
}
