import { randomUUID } from 'node:crypto';
import { type QueryRunner, TurnBatch } from '@tessera/database';
import { type Confirmation, UserGrant } from '@tessera/protocol/access-token';
import type { NewRefreshFamily, RefreshFamilies, RefreshTokenUse, RefusedUse, Successor } from '@tessera/protocol/refresh-token-grant';
import { z } from 'zod';

/** Rows of one statement. */
const ROWS_MAX = 100;

const Granted = z.object({ grant: UserGrant });

/** A retry has all three columns; of the others only the first is read. */
const Explained = z.union([
  z.object({ outcome: z.literal('retry'), grant: UserGrant, derivationKid: z.string() }),
  z.object({ outcome: z.enum(['reused', 'foreign', 'wrong_key', 'ended', 'scope', 'resource']) }),
]);

/**
 * Families of refresh tokens in PostgreSQL. A use is one conditional statement with its audit event; only those that lost a second
 * one explains (PGS-2). Families that begin in one turn of the event loop are one statement, and each answer waits for it (I2).
 */
export class SqlRefreshFamilies implements RefreshFamilies {
  private readonly turn: TurnBatch<NewRefreshFamily, true>;

  constructor(private readonly queries: QueryRunner) {
    this.turn = new TurnBatch((families) => this.beginAll(families), ROWS_MAX);
  }

  async begin(family: NewRefreshFamily): Promise<void> {
    await this.turn.add(family);
  }

  async rotate(use: RefreshTokenUse, { tokenHash, derivationKid }: Successor): Promise<UserGrant | null> {
    return granted(
      await this.queries.run('rotate-refresh-token', [
        use.tokenHash, tokenHash, derivationKid, use.clientId, json(use.confirmation), use.scope, use.resources, use.idleSeconds,
      ]),
    );
  }

  async extend(use: RefreshTokenUse): Promise<UserGrant | null> {
    return granted(
      await this.queries.run('extend-refresh-token', [use.tokenHash, use.clientId, json(use.confirmation), use.scope, use.resources, use.idleSeconds]),
    );
  }

  async explain(use: RefreshTokenUse, retryWindowSeconds: number): Promise<RefusedUse> {
    const [found] = await this.queries.run('explain-refused-refresh', [
      use.tokenHash, use.clientId, json(use.confirmation), use.scope, use.resources, retryWindowSeconds,
    ]);
    return found === undefined ? { outcome: 'unknown' } : Explained.parse(found);
  }

  private async beginAll(families: readonly NewRefreshFamily[]): Promise<readonly true[]> {
    await this.queries.run('insert-refresh-families', [
      families.map(() => randomUUID()),
      families.map(({ grant }) => grant.grantId),
      families.map(({ grant }) => grant.clientId),
      families.map(({ grant }) => JSON.stringify(grant)),
      families.map(({ grant }) => json(grant.confirmation)),
      families.map(({ tokenHash }) => tokenHash),
      families.map(({ idleSeconds }) => idleSeconds),
      families.map(({ lifetimeSeconds }) => lifetimeSeconds),
    ]);
    return families.map(() => true);
  }
}

function granted([row]: readonly unknown[]): UserGrant | null {
  return row === undefined ? null : Granted.parse(row).grant;
}

function json(confirmation: Confirmation | null): string | null {
  return confirmation === null ? null : JSON.stringify(confirmation);
}
