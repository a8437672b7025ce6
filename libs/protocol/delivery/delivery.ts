import { z } from 'zod';

/** Seconds a claim holds: longer than any attempt takes, shorter than anybody should wait for a process that died. */
export const LEASE_SECONDS = 30;

/** Due rows of one receiver that are named at a time. A receiver with more does not hide the others. */
export const DUE_PER_LANE_MAX = 16;
/** Due rows that are named at a time. */
export const DUE_MAX = 512;
/** Records on one page of a listing. */
export const DELIVERY_PAGE_MAX = 200;

/** The name of a kind on the wire. Not an enumeration: one release may know a kind that the other does not. */
export const KindName = z.string().regex(/^[a-z][a-z-]{0,39}$/);

/** One attempt at one row, as a reminder names it. */
export const DeliveryAttempt = z.object({
  kind: KindName,
  row: z.uuid(),
  /** Counted from 1; the row says how many were made. */
  attempt: z.number().int().positive(),
});
/** One attempt at one row. */
export type DeliveryAttempt = z.infer<typeof DeliveryAttempt>;

/** Asks for a row. The claim id is the worker's: the same one again is given the same answer, so a lost reply may be asked for. */
export const DeliveryClaim = DeliveryAttempt.extend({ claimId: z.uuid() });
/** Asks for a row. */
export type DeliveryClaim = z.infer<typeof DeliveryClaim>;

/** A finished message. How it travels is a member, so that a kind which is no HTTP request can come beside. */
export const DeliveryMessage = z.discriminatedUnion('transport', [
  z.object({
    transport: z.literal('http'),
    /** Where a POST goes. It is checked by the guard of the process that sends (OUT-1, OUT-2). */
    url: z.string(),
    /** Lower-case names, the media type among them. */
    headers: z.record(z.string(), z.string()),
    body: z.string(),
    /** Where the body is octets: it stands here in base64. */
    encoding: z.literal('base64').optional(),
  }),
  z.object({ transport: z.literal('mail'), to: z.string(), subject: z.string(), text: z.string() }),
]);
/** A finished message. */
export type DeliveryMessage = z.infer<typeof DeliveryMessage>;

/** What a claim yields; null when there is nothing to do: done, not due yet, or somebody else has it. */
export const ClaimedDelivery = z.object({ message: DeliveryMessage }).nullable();
/** What a claim yields. */
export type ClaimedDelivery = z.infer<typeof ClaimedDelivery>;

/** How an attempt went. `retry` is due again after so many seconds, unless the delivery has expired by then. */
export const SettlementOutcome = z.enum(['delivered', 'retry', 'given-up']);
/** How an attempt went. */
export type SettlementOutcome = z.infer<typeof SettlementOutcome>;

/** Says how an attempt went. */
export const DeliverySettlement = DeliveryClaim.extend({
  outcome: SettlementOutcome,
  /** Seconds until it is due again; matters for `retry` only. */
  retryInSeconds: z.number().nonnegative(),
  /** What came back, in a word: `200`, `timeout`. From a bounded set. */
  answer: z.string().max(40),
});
/** Says how an attempt went. */
export type DeliverySettlement = z.infer<typeof DeliverySettlement>;

/** What was recorded. `void`: the row is done, or somebody else has it by now; the settlement changed nothing. */
export const SettledDelivery = z.object({ outcome: z.enum(['delivered', 'retry', 'given-up', 'void']) });
/** What was recorded. */
export type SettledDelivery = z.infer<typeof SettledDelivery>;

/** A row that is due. */
export const DueDelivery = DeliveryAttempt.extend({
  /** Whom it goes to: deliveries of one lane wait for each other, never for another lane. */
  lane: z.string(),
});
/** A row that is due. */
export type DueDelivery = z.infer<typeof DueDelivery>;

/** What of a kind is not done yet. */
export const Backlog = z.object({ kind: KindName, waiting: z.number().int(), oldestSeconds: z.number() });
/** What of a kind is not done yet. */
export type Backlog = z.infer<typeof Backlog>;

/** Asks what is due, of the kinds the asking release knows. */
export const DueQuestion = z.object({
  kinds: z.array(KindName),
  /** Whether to measure the backlog as well, which costs more than naming what is due. */
  measure: z.boolean(),
});
/** Asks what is due. */
export type DueQuestion = z.infer<typeof DueQuestion>;

/** What is due, oldest first within a lane, lanes in turn. */
export const DueDeliveries = z.object({ due: z.array(DueDelivery), backlog: z.array(Backlog) });
/** What is due. */
export type DueDeliveries = z.infer<typeof DueDeliveries>;

/** Where a delivery stands. */
export const DeliveryState = z.enum(['due', 'sending', 'delivered', 'given-up']);
/** Where a delivery stands. */
export type DeliveryState = z.infer<typeof DeliveryState>;

/** A delivery as an operator sees it; times as ISO 8601. */
export const DeliveryRecord = z.object({
  kind: KindName,
  row: z.uuid(),
  lane: z.string(),
  state: DeliveryState,
  attempts: z.number().int(),
  /** What came back last; null before the first attempt is over. */
  answer: z.string().nullable(),
  createdAt: z.string(),
  /** When it is tried next; null when it is over. */
  nextAt: z.string().nullable(),
  settledAt: z.string().nullable(),
});
/** A delivery as an operator sees it. */
export type DeliveryRecord = z.infer<typeof DeliveryRecord>;

/** Which records, newest first. */
export const DeliveryListing = z.object({
  kind: KindName,
  lane: z.string().nullable(),
  state: DeliveryState.nullable(),
  /** The last row of the page before; null for the first page. */
  before: z.uuid().nullable(),
  limit: z.number().int().min(1).max(DELIVERY_PAGE_MAX),
});
/** Which records, newest first. */
export type DeliveryListing = z.infer<typeof DeliveryListing>;
