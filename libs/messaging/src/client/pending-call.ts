import type { z } from 'zod';
import { type CallContext, childTraceparent } from '../call-context.js';
import type { RequestItem } from '../frame.js';

/** A call that has no outcome yet. Everything about it is its own: no other call in its frame can change it. */
export interface PendingCall {
  readonly id: number;
  readonly context: CallContext;
  /** Number of the frame it travelled in last; 0 while it has not been sent. */
  frame: number;
  /** Instant of `performance.now()` at which the attempt under way is over. */
  attemptEndsAt: number;
  timer: NodeJS.Timeout | undefined;
  /** A timed-out attempt was followed by a second one. There is no third. */
  resent: boolean;
  /** A replica had no room, and the call went out once more. */
  turnedAway: boolean;
  /** What travels, with the time that is left counted from `now`. */
  item(now: number): RequestItem;
  /** Parses the reply and fulfils the call; answers the problem instead when the reply does not fit the contract. */
  succeed(reply: unknown): z.ZodError | null;
  fail(error: Error): void;
}

/** One call of one contract: the only place that knows the type of its reply. */
export class TypedCall<Reply extends z.ZodType> implements PendingCall {
  frame = 0;
  attemptEndsAt = 0;
  timer: NodeJS.Timeout | undefined = undefined;
  resent = false;
  turnedAway = false;
  private readonly traceparent: string;

  constructor(
    readonly id: number,
    private readonly body: unknown,
    readonly context: CallContext,
    private readonly reply: Reply,
    private readonly fulfil: (reply: z.output<Reply>) => void,
    readonly fail: (error: Error) => void,
    /** Of the span of this call, where it is recorded. */
    traceparent: string = childTraceparent(context.traceparent),
  ) {
    this.traceparent = traceparent;
  }

  item(now: number): RequestItem {
    const { requestId: rid, idempotencyKey: key } = this.context;
    const ms = Math.max(0, Math.floor(this.attemptEndsAt - now));
    const item: RequestItem = { id: this.id, ms, tp: this.traceparent, rid, body: this.body };
    if (key !== undefined && key !== null) item.key = key;
    return item;
  }

  succeed(reply: unknown): z.ZodError | null {
    const parsed = this.reply.safeParse(reply);
    if (!parsed.success) return parsed.error;
    this.fulfil(parsed.data);
    return null;
  }
}
