import { randomBytes } from 'node:crypto';
import type { ServerMetadata } from 'openid-client';
import type { Run } from '../runs/run.js';
import type { WaitingDesk } from './call-centre.js';
import type { WaitingDevice } from './device.js';
import type { TokenSet } from './token-set.js';

/** A sign-in that went to the provider and has not come back. */
export interface PendingSignIn {
  readonly kind: 'sign-in';
  readonly state: string;
  readonly flowId: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly metadata: ServerMetadata;
  readonly run: Run;
}

/** A logout that went to the provider and has not come back. */
export interface PendingSignOut {
  readonly kind: 'sign-out';
  readonly state: string;
  readonly run: Run;
}

/** Something that waits for the browser to come back. */
export type Pending = PendingSignIn | PendingSignOut;

const BROWSERS_MAX = 200;
const BROWSER_AGE_MS_MAX = 8 * 3_600_000;
const RUNS_MAX = 20;
const PENDING_MAX = 10;
const TOKEN_SETS_MAX = 10;
const DEVICES_MAX = 5;

/** What the app remembers of one browser. The oldest goes first. */
export class BrowserState {
  readonly runs = new Bounded<Run>(RUNS_MAX);
  readonly pending = new Bounded<Pending>(PENDING_MAX);
  readonly tokenSets = new Bounded<TokenSet>(TOKEN_SETS_MAX);
  /** By the run each of them is. */
  readonly devices = new Bounded<WaitingDevice>(DEVICES_MAX);
  readonly desks = new Bounded<WaitingDesk>(DEVICES_MAX);

  constructor(
    readonly id: string,
    readonly bornAtMs: number,
  ) {}

  /** Takes what waits for this answer. It can be taken once: an answer that comes twice finds nothing. */
  takePending<Kind extends Pending['kind']>(kind: Kind, state: string): Extract<Pending, { kind: Kind }> | null {
    const found = this.pending.get(state);
    if (found === null || !isKind(found, kind)) return null;
    this.pending.delete(state);
    return found;
  }
}

function isKind<Kind extends Pending['kind']>(pending: Pending, kind: Kind): pending is Extract<Pending, { kind: Kind }> {
  return pending.kind === kind;
}

/** A map that forgets its oldest entry when it is full. */
export class Bounded<Value> {
  private readonly entries = new Map<string, Value>();

  constructor(private readonly max: number) {}

  get(key: string): Value | null {
    return this.entries.get(key) ?? null;
  }

  set(key: string, value: Value): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    const [oldest] = this.entries.keys();
    if (this.entries.size > this.max && oldest !== undefined) this.entries.delete(oldest);
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  /** The newest first. */
  get newestFirst(): readonly Value[] {
    return [...this.entries.values()].reverse();
  }
}

/** All browsers, in memory: a restart forgets them, which is right for a demo. */
export class BrowserStates {
  private readonly browsers = new Bounded<BrowserState>(BROWSERS_MAX);

  constructor(private readonly nowMs: () => number) {}

  /** The state of a known browser; null for an unknown or outdated name. */
  find(id: string | null): BrowserState | null {
    const found = id === null ? null : this.browsers.get(id);
    if (found === null) return null;
    if (this.nowMs() - found.bornAtMs < BROWSER_AGE_MS_MAX) return found;
    this.browsers.delete(found.id);
    return null;
  }

  /** A new browser. Its name is ours: one that a request brings along is never adopted. */
  create(): BrowserState {
    const state = new BrowserState(randomName(), this.nowMs());
    this.browsers.set(state.id, state);
    return state;
  }
}

const NAME_BYTES = 24;

/** A name nobody can guess. */
export function randomName(): string {
  return randomBytes(NAME_BYTES).toString('base64url');
}
