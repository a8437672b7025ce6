import {
  type ClaimedDelivery,
  type DeliveryClaim,
  type DeliveryListing,
  type DeliveryMessage,
  type DeliveryRecord,
  type DeliverySettlement,
  DUE_MAX,
  DUE_PER_LANE_MAX,
  type DueDeliveries,
  type DueDelivery,
  type DueQuestion,
  type SettledDelivery,
} from './delivery.js';

/** A row without its kind: an outbox holds one kind only. */
type OfOneKind<Value> = Omit<Value, 'kind'>;

/** The rows of one kind (port). Each method is one statement. */
export interface Outbox<Row> {
  /** Null when the row is done, not due yet, or claimed by somebody else. The same claim again is given the same row. */
  claim(claim: DeliveryClaim): Promise<Row | null>;
  settle(settlement: DeliverySettlement): Promise<SettledDelivery['outcome']>;
  /** At most so many of each lane, and so many in all. */
  due(perLane: number, limit: number): Promise<readonly OfOneKind<DueDelivery>[]>;
  backlog(): Promise<{ readonly waiting: number; readonly oldestSeconds: number }>;
  list(listing: DeliveryListing): Promise<readonly OfOneKind<DeliveryRecord>[]>;
}

/** A kind as its owner has it. */
export interface OwnedKind<Row> {
  readonly outbox: Outbox<Row>;
  /** What sending needs beside the row, asked for before anything is claimed. @throws {Outage} when it is not there. */
  ready?(): void;
  /** Makes the message of a row; null when there is nobody to send it to any more. */
  finish(row: Row): DeliveryMessage | null | Promise<DeliveryMessage | null>;
}

/** An {@link OwnedKind} whose rows are its own business. */
export interface DeskKind extends Omit<Outbox<unknown>, 'claim'> {
  claim(claim: DeliveryClaim): Promise<ClaimedDelivery>;
}

/** Binds the rows of a kind to what is made of them. */
export function deskKind<Row>({ outbox, ready, finish }: OwnedKind<Row>): DeskKind {
  return {
    settle: (settlement) => outbox.settle(settlement),
    due: (perLane, limit) => outbox.due(perLane, limit),
    backlog: () => outbox.backlog(),
    list: (listing) => outbox.list(listing),
    claim: async (claim) => {
      ready?.();
      const row = await outbox.claim(claim);
      if (row === null) return null;
      const message = await finish(row);
      if (message !== null) return { message };
      await outbox.settle({ ...claim, outcome: 'given-up', retryInSeconds: 0, answer: 'no-receiver' });
      return null;
    },
  };
}

/**
 * What an owner answers the worker, whatever it owns (decision 6). A kind it does not own is none of its: nothing to claim, nothing
 * settled, nothing due.
 */
export class DeliveryDesk {
  constructor(private readonly kinds: Readonly<Record<string, DeskKind>>) {}

  /** @throws {Outage}. */
  async claim(claim: DeliveryClaim): Promise<ClaimedDelivery> {
    return (await this.kind(claim.kind)?.claim(claim)) ?? null;
  }

  /** @throws {Outage}. */
  async settle(settlement: DeliverySettlement): Promise<SettledDelivery> {
    return { outcome: (await this.kind(settlement.kind)?.settle(settlement)) ?? 'void' };
  }

  /** @throws {Outage}. */
  async due({ kinds, measure }: DueQuestion): Promise<DueDeliveries> {
    const answers = kinds.map(async (kind) => {
      const outbox = this.kind(kind);
      if (outbox === null) return { due: [], backlog: [] };
      const due = await outbox.due(DUE_PER_LANE_MAX, DUE_MAX);
      return { due: due.map((one) => ({ ...one, kind })), backlog: measure ? [{ kind, ...(await outbox.backlog()) }] : [] };
    });
    const all = await Promise.all(answers);
    return { due: inTurn(all.map(({ due }) => due), DUE_MAX), backlog: all.flatMap(({ backlog }) => backlog) };
  }

  /** @throws {Outage}. */
  async list(listing: DeliveryListing): Promise<readonly DeliveryRecord[]> {
    const records = (await this.kind(listing.kind)?.list(listing)) ?? [];
    return records.map((record) => ({ ...record, kind: listing.kind }));
  }

  private kind(name: string): DeskKind | null {
    return Object.hasOwn(this.kinds, name) ? (this.kinds[name] ?? null) : null;
  }
}

/** The first of each, then the second of each: a kind that owes much hides no other (F15). */
function inTurn<One>(lists: readonly (readonly One[])[], limit: number): One[] {
  const taken: One[] = [];
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  for (let place = 0; place < longest && taken.length < limit; place += 1) taken.push(...lists.flatMap((list) => list.slice(place, place + 1)));
  return taken.slice(0, limit);
}
