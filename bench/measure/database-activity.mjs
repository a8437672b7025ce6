import pg from 'pg';

/** A backend reports what it did at most once a second while it works, and after 10 s when it has nothing to do. */
const REPORT_MS = 10_500;

/** Counts what happens in the database: transactions and inserted rows, as its own statistics have them. */
export class DatabaseActivity {
  constructor(url) {
    this.client = new pg.Client({ connectionString: url });
  }

  async open() {
    await this.client.connect();
    this.counted = await this.settled();
    return this;
  }

  /** What happened since the last call, once every backend has reported. */
  async since() {
    const before = this.counted;
    this.counted = await this.settled();
    return {
      transactions: this.counted.transactions - before.transactions,
      inserted: this.counted.inserted - before.inserted,
    };
  }

  async settled() {
    await new Promise((resolve) => setTimeout(resolve, REPORT_MS));
    const { rows } = await this.client.query(
      `SELECT xact_commit + xact_rollback AS transactions, tup_inserted AS inserted
         FROM pg_stat_database WHERE datname = current_database()`,
    );
    return { transactions: Number(rows[0].transactions), inserted: Number(rows[0].inserted) };
  }

  close() {
    return this.client.end();
  }
}
