import { createHash } from 'node:crypto';
import type { ReplayLedger, Spending } from '@tessera/protocol/client-authentication';
import type { EpochSeconds } from '@tessera/vocabulary';
import { z } from 'zod';
import type { QueryRunner } from './queries.js';
import { TurnBatch } from './turn-batch.js';

/** Something that may be presented once, until `expiresAt`, which is computed from its signed claims and never from arrival. */
export interface ReplayEntry {
  readonly digest: Uint8Array;
  readonly expiresAt: EpochSeconds;
}

/** Seconds of one slot; the statement and the partitions count in the same. */
const SLOT_SECONDS = 300;
/** Entries of one statement: above it the gain per row is small, and a turn never waits long for a batch-mate. */
const ENTRIES_MAX = 100;

const SpendingRow = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('spent'), digest: z.instanceof(Uint8Array) }),
  /** `place` counts from 1. Not the digest: the same one may come twice, with times of which one is past. */
  z.object({ outcome: z.enum(['past', 'beyond']), place: z.number() }),
]);
const EmptiedRow = z.object({ emptied: z.number() });

/**
 * Single use in PostgreSQL (CLI-7, decision 5): one INSERT decides for all processes, and the calls of one event-loop turn
 * share it. The rows are token's, and so is this class.
 */
export class SqlReplayLedger implements ReplayLedger {
  private readonly turn: TurnBatch<ReplayEntry, Spending>;

  constructor(private readonly queries: QueryRunner) {
    this.turn = new TurnBatch((entries) => this.spendAll(entries), ENTRIES_MAX);
  }

  /** `spent` for exactly one presenter; `past` and `beyond` by the database's clock. */
  spend(digest: Uint8Array, expiresAt: EpochSeconds): Promise<Spending> {
    return this.turn.add({ digest, expiresAt });
  }

  /** The same for several entries, in their order. Of equal entries the first one wins. */
  async spendAll(entries: readonly ReplayEntry[]): Promise<readonly Spending[]> {
    const recorded = entries.map(recordedDigest);
    const rows = await this.queries.run('spend-replay-entries', [entries.map(({ expiresAt }) => Math.floor(expiresAt)), recorded]);
    const taken = new Set<string>();
    const outside = new Map<number, Spending>();
    for (const row of rows.map((one) => SpendingRow.parse(one))) {
      if (row.outcome === 'spent') taken.add(hex(row.digest));
      else outside.set(row.place, row.outcome);
    }
    // A digest that is taken out of the set has had its winner.
    return recorded.map((digest, index) => outside.get(index + 1) ?? (taken.delete(hex(digest)) ? 'spent' : 'replayed'));
  }

  /** Empties the buckets in which nothing can be entered any more; how many had entries. Nothing depends on it but disk space. */
  async emptyPastBuckets(): Promise<number> {
    const [row] = await this.queries.run('empty-past-replay-buckets', []);
    return EmptiedRow.parse(row).emptied;
  }
}

/**
 * What stands in the row: the digest bound to the slot of its expiry. The same object is always in the same slot, so it meets
 * itself; the same `jti` in an object that expires when the ring has come round again does not meet the old entry, even if
 * nobody ever emptied its bucket.
 */
function recordedDigest({ digest, expiresAt }: ReplayEntry): Buffer {
  const slot = Buffer.alloc(8);
  slot.writeBigUInt64BE(BigInt(Math.floor(expiresAt / SLOT_SECONDS)));
  return createHash('sha256').update(slot).update(digest).digest();
}

function hex(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString('hex');
}
