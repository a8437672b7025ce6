import type { QueryRunner } from '@tessera/database';
import { AccountRecord } from '@tessera/protocol/account';
import type { AccountId } from '@tessera/vocabulary';

/** Accounts in PostgreSQL, read. */
export class SqlAccounts {
  constructor(private readonly queries: QueryRunner) {}

  /** Null when there is none any more. Whether it may be used is in the record. */
  async find(id: AccountId): Promise<AccountRecord | null> {
    const [row] = await this.queries.run('find-account', [id]);
    return row === undefined ? null : AccountRecord.parse(row);
  }
}
