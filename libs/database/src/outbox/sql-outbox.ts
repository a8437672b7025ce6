import {
  type DeliveryClaim,
  type DeliveryListing,
  DeliveryRecord,
  type DeliverySettlement,
  DueDelivery,
  LEASE_SECONDS,
  type Outbox,
  type SettledDelivery,
} from '@tessera/protocol/delivery';
import { z } from 'zod';
import type { QueryRunner } from '../queries.js';

/**
 * The five statements of an outbox, by their names in `prisma/queries/<owner>`. Where several kinds share a table, each statement
 * takes the kind before everything else.
 */
export interface OutboxStatements {
  /** `$1` row `$2` attempt `$3` claim id `$4` seconds of the lease; yields what its message is made of. */
  readonly claim: string;
  /** `$1` row `$2` claim id `$3` outcome `$4` seconds until the next attempt `$5` answer; yields `outcome`. */
  readonly settle: string;
  /** `$1` rows of one lane `$2` rows in all; yields `row`, `attempt`, `lane`. */
  readonly due: string;
  /** Yields `waiting` and `oldestSeconds`. */
  readonly measure: string;
  /** `$1` lane `$2` state `$3` row before `$4` how many; yields a record without its kind. */
  readonly list: string;
}

const SettledRow = z.object({ outcome: z.enum(['delivered', 'retry', 'given-up']) });
const DueRow = DueDelivery.omit({ kind: true });
const BacklogRow = z.object({ waiting: z.number(), oldestSeconds: z.number() });
const instant = z.date().transform((date) => date.toISOString());
const RecordRow = DeliveryRecord.omit({ kind: true }).extend({ createdAt: instant, nextAt: instant.nullable(), settledAt: instant.nullable() });

/** The rows of one kind of delivery in PostgreSQL, whichever table they stand in: the statements are the owner's (decision 6). */
export class SqlOutbox<Row> implements Outbox<Row> {
  constructor(
    private readonly queries: QueryRunner,
    private readonly statements: OutboxStatements,
    private readonly row: z.ZodType<Row>,
    /** What every statement takes first: the kind, where the table has more than one. */
    private readonly first: readonly unknown[] = [],
  ) {}

  async claim({ row, attempt, claimId }: DeliveryClaim): Promise<Row | null> {
    const [claimed] = await this.run('claim', [row, attempt, claimId, LEASE_SECONDS]);
    return claimed === undefined ? null : this.row.parse(claimed);
  }

  async settle({ row, claimId, outcome, retryInSeconds, answer }: DeliverySettlement): Promise<SettledDelivery['outcome']> {
    const [settled] = await this.run('settle', [row, claimId, outcome, retryInSeconds, answer]);
    return settled === undefined ? 'void' : SettledRow.parse(settled).outcome;
  }

  async due(perLane: number, limit: number): Promise<readonly Omit<DueDelivery, 'kind'>[]> {
    return z.array(DueRow).parse(await this.run('due', [perLane, limit]));
  }

  async backlog(): Promise<{ readonly waiting: number; readonly oldestSeconds: number }> {
    const [measured] = await this.run('measure', []);
    return BacklogRow.parse(measured);
  }

  async list({ lane, state, before, limit }: DeliveryListing): Promise<readonly Omit<DeliveryRecord, 'kind'>[]> {
    return z.array(RecordRow).parse(await this.run('list', [lane, state, before, limit]));
  }

  private run(statement: keyof OutboxStatements, params: readonly unknown[]): Promise<readonly unknown[]> {
    return this.queries.run(this.statements[statement], [...this.first, ...params]);
  }
}
