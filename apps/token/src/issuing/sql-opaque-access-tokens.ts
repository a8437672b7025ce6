import { type QueryRunner, TurnBatch } from '@tessera/database';
import type { NewOpaqueAccessToken, OpaqueAccessTokens } from '@tessera/protocol/access-token';

/** Rows of one statement. */
const ROWS_MAX = 100;

/**
 * Opaque access tokens in PostgreSQL. What is issued in one turn of the event loop is one statement, audit included, and each
 * answer waits for it (I2, I9).
 */
export class SqlOpaqueAccessTokens implements OpaqueAccessTokens {
  private readonly turn: TurnBatch<NewOpaqueAccessToken, true>;

  constructor(private readonly queries: QueryRunner) {
    this.turn = new TurnBatch((tokens) => this.insertAll(tokens), ROWS_MAX);
  }

  async insert(token: NewOpaqueAccessToken): Promise<void> {
    await this.turn.add(token);
  }

  private async insertAll(tokens: readonly NewOpaqueAccessToken[]): Promise<readonly true[]> {
    await this.queries.run('insert-opaque-access-tokens', [
      tokens.map(({ tokenHash }) => tokenHash),
      tokens.map(({ jti }) => jti),
      tokens.map(({ clientId }) => clientId),
      tokens.map(({ subject }) => subject.kind),
      tokens.map(({ subject }) => subject.id),
      tokens.map(({ authority }) => JSON.stringify(authority)),
      tokens.map(({ confirmation }) => (confirmation === null ? null : JSON.stringify(confirmation))),
      tokens.map(({ lifetimeSeconds }) => lifetimeSeconds),
      tokens.map(({ grantId }) => grantId),
    ]);
    return tokens.map(() => true);
  }
}
