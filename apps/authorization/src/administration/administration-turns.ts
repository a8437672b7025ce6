import type { Actor } from '@tessera/contracts';
import type { Queries, QueryRunner } from '@tessera/database';
import type { AuditEntry } from '@tessera/protocol/declaration';

/** Statements of one administrative change, and its audit. */
export interface AdministrationTurn extends QueryRunner {
  /** SEC-4: with the change or not at all. */
  audit(actor: Actor, entries: readonly AuditEntry[]): Promise<void>;
}

/**
 * One administrative change at a time over all replicas, each in one transaction: what was read is still so when it is written.
 * It does not hold up requests of clients, which read and write nothing of it.
 */
export class AdministrationTurns {
  constructor(private readonly queries: Pick<Queries, 'transaction'>) {}

  /** @throws {Outage} when the turn does not come in time. */
  take<Result>(work: (turn: AdministrationTurn) => Promise<Result>): Promise<Result> {
    return this.queries.transaction(async (queries) => {
      await queries.run('begin-client-administration', []);
      await queries.run('take-turn-in-client-administration', []);
      return await work({
        run: (name, params) => queries.run(name, params),
        audit: (actor, entries) => audit(queries, actor, entries),
      });
    });
  }
}

async function audit(queries: QueryRunner, actor: Actor, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length > 0) await queries.run('record-authorization-audit', [actor.kind, actor.name, JSON.stringify(entries)]);
}
