import { hash } from 'node:crypto';
import { HoldPoll } from '@tessera/contracts';
import type { CallContext } from '@tessera/messaging';
import { Handle, LONG_POLL_MS_MAX, LONG_POLLS_MAX, OAuthError, Outage, REQUEST_BUDGET_MS } from '@tessera/vocabulary';
import type { OutgoingEdgeRequest, Owners } from '../http/index.js';

/** Milliseconds a decision is remembered for: one may be told while the question whether to wait is on its way. */
const RECENT_MS = 10_000;
/** Decisions remembered; the oldest make room (I12). */
const RECENT_MAX = 5_000;
const CIBA_GRANT_TYPE = 'urn:openid:params:grant-type:ciba';

/** Waits for a time; tests pass their own. Resolves early when the signal says so. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** What holding needs of a clock that only goes forward. */
export interface HeldPollParts {
  readonly owners: Owners;
  readonly wait: Wait;
  readonly monotonicMs: () => number;
  readonly heldMax?: number;
}

/**
 * Long polling (CIBA Core §10.1.1): the poll of a client that asked for it waits here, at most 25 s, until the person decides. Then
 * it goes to its owner once, like any other, and is worth what it is worth: nothing is decided here. Without an answer, without
 * room, or without the event a poll is simply not held, or held for its time.
 */
export class HeldPolls {
  private readonly waiting = new Map<string, Set<() => void>>();
  private readonly recent = new Map<string, number>();
  private held = 0;
  private released = false;

  constructor(private readonly parts: HeldPollParts) {}

  /** Resolves when the request may go on, with the time it has from then. */
  async wait(edge: OutgoingEdgeRequest, context: CallContext, gone: AbortSignal): Promise<CallContext> {
    const authReqId = pollOf(edge);
    if (authReqId === null || this.released || this.held >= (this.parts.heldMax ?? LONG_POLLS_MAX)) return context;
    this.held += 1;
    try {
      const held = await this.ask(authReqId, context);
      if (held === null) return context;
      await this.untilDecided(held.request, Math.min(LONG_POLL_MS_MAX, held.secondsLeft * 1_000), gone);
      return { ...context, deadline: this.parts.monotonicMs() + REQUEST_BUDGET_MS };
    } finally {
      this.held -= 1;
    }
  }

  /** A person decided: whoever waits for it goes on. */
  decided(request: string): void {
    this.recent.delete(request);
    this.recent.set(request, this.parts.monotonicMs());
    for (const known of this.recent.keys()) {
      if (this.recent.size <= RECENT_MAX) break;
      this.recent.delete(known);
    }
    for (const go of this.waiting.get(request) ?? []) go();
  }

  /** Everybody goes on, and nobody waits any more: this process is about to stop. */
  release(): void {
    this.released = true;
    for (const waiting of this.waiting.values()) for (const go of waiting) go();
  }

  /** A question nobody answers is no reason to let a client wait. */
  private async ask(authReqId: string, context: CallContext): Promise<{ readonly request: string; readonly secondsLeft: number } | null> {
    try {
      return (await this.parts.owners.call(HoldPoll, { authReqIdHash: hash('sha256', authReqId, 'base64url') }, context)).held;
    } catch (error) {
      if (error instanceof Outage || error instanceof OAuthError) return null;
      throw error;
    }
  }

  private async untilDecided(request: string, ms: number, gone: AbortSignal): Promise<void> {
    const decidedAt = this.recent.get(request);
    if (this.released || gone.aborted || (decidedAt !== undefined && this.parts.monotonicMs() - decidedAt < RECENT_MS)) return;
    const over = new AbortController();
    const go = () => over.abort();
    const waiting = this.waiting.get(request) ?? new Set();
    this.waiting.set(request, waiting.add(go));
    gone.addEventListener('abort', go, { once: true });
    try {
      await this.parts.wait(ms, over.signal);
    } finally {
      gone.removeEventListener('abort', go);
      waiting.delete(go);
      if (waiting.size === 0) this.waiting.delete(request);
    }
  }
}

/** The `auth_req_id` of a token request that is a poll; null for every other, and for what no owner would know. */
function pollOf({ parameters }: OutgoingEdgeRequest): string | null {
  const valuesOf = (name: string) => parameters.filter(([key]) => key === name).map(([, value]) => value);
  const [grantType, ...more] = valuesOf('grant_type');
  const [authReqId, ...others] = valuesOf('auth_req_id');
  if (grantType !== CIBA_GRANT_TYPE || authReqId === undefined || more.length + others.length > 0) return null;
  return Handle.safeParse(authReqId).success ? authReqId : null;
}
