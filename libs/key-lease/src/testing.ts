import { randomBytes } from 'node:crypto';
import { GetPublishedKeys, LeaseKeys } from '@tessera/contracts';
import { jwkThumbprint } from '@tessera/jose';
import { sealTo } from '@tessera/jose/seal';
import type { ServiceClient } from '@tessera/messaging';
import { EPHEMERAL_KEY_ID, type LeasedKey, LeaseRequest, type PublishedKeys, type SignedMessage } from '@tessera/protocol/key-lease';
import type { Clock } from '@tessera/vocabulary';
import { createUser } from 'nkeys.js';
import { requestDigest } from './lease-request.js';
import type { Timer } from './renewal.js';
import { signMessage } from './signed-message.js';
import { keyPairFor } from '../../jose/src/key-pair/testing.js';

/** A clock and a timer that stand still until a test moves them. The wall clock can be set apart. */
export class ManualTime implements Clock, Timer {
  private elapsedMs = 1_000;
  private wallMs = 1_700_000_000_000;
  private due: { readonly atMs: number; readonly run: () => void }[] = [];

  epochSeconds(): number {
    return Math.floor(this.wallMs / 1_000);
  }
  monotonicMs(): number {
    return this.elapsedMs;
  }
  after(milliseconds: number, run: () => void): () => void {
    const entry = { atMs: this.elapsedMs + milliseconds, run };
    this.due.push(entry);
    return () => {
      this.due = this.due.filter((one) => one !== entry);
    };
  }
  /** Milliseconds until the next timer is due; null when none is set. */
  get nextMs(): number | null {
    return this.due.length === 0 ? null : Math.min(...this.due.map(({ atMs }) => atMs)) - this.elapsedMs;
  }
  /** Both clocks go on together. Timers run in time. */
  advance(milliseconds: number): void {
    this.sleepTimers(milliseconds);
    const over = this.due.filter(({ atMs }) => atMs <= this.elapsedMs);
    this.due = this.due.filter(({ atMs }) => atMs > this.elapsedMs);
    for (const { run } of over) run();
  }
  /** Both clocks go on, and no timer runs: a process that was stopped or starved. */
  sleepTimers(milliseconds: number): void {
    this.elapsedMs += milliseconds;
    this.wallMs += milliseconds;
  }
  /** Somebody sets the wall clock, or the machine slept while the monotonic clock stood still. */
  setWall(byMs: number): void {
    this.wallMs += byMs;
  }
}

/** Not a number of turns: the cryptography goes on in other threads, and an idle event loop turns faster than they are done. */
const PATIENCE_MS = 10_000;

/** Waits until a condition holds, turn of the event loop by turn, and not for ever. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    if (holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('the condition never held');
}

/** A fresh nkey: its name and its seed. */
export function freshNkey(): { nkey: string; seed: Uint8Array } {
  const user = createUser();
  return { nkey: user.getPublicKey(), seed: user.getSeed() };
}

/** A key with real material, as a lease gives it. */
export function leasedKey(purpose: LeasedKey['purpose'], algorithm: LeasedKey['algorithm'], use: LeasedKey['use'] = 'active'): LeasedKey {
  const pair = algorithm === 'HS256' ? null : keyPairFor(algorithm).privateKey;
  const jwk = pair === null ? { kty: 'oct', k: randomBytes(32).toString('base64url') } : pair.export({ format: 'jwk' });
  const kid = (pair === null ? randomBytes(32).toString('base64url') : jwkThumbprint(jwk)) as LeasedKey['kid'];
  return { kid, purpose, algorithm, use, jwk: { ...jwk } };
}

/** Key-management as a service client sees it: it gives out what a test put into it, and a test may bend each answer. */
export class FakeKeyManagement {
  private readonly identity = freshNkey();
  readonly nkey: string = this.identity.nkey;
  /** The keys of the next lease. */
  keys: LeasedKey[] = [];
  ttlSeconds = 60;
  /** The public side. */
  published: Omit<PublishedKeys, 'nonce'> = { keys: [], sealingKeys: [] };
  /** Calls answered, by subject. */
  readonly calls: string[] = [];
  /** Rejects every call while it is set. */
  failure: Error | null = null;
  /** Takes the place of an answer. */
  bend: { lease?: (request: SignedMessage) => Promise<{ jwe: string }>; published?: (nonce: string) => SignedMessage } = {};

  /** What a `KeyLease` or a mirror takes as its `services`. */
  readonly services: Pick<ServiceClient, 'call'> = {
    call: ((contract: { subject: string }, request: unknown) => this.answer(contract.subject, request)) as ServiceClient['call'],
  };

  /** The honest answer to a lease request; each part may be replaced. */
  async lease(message: SignedMessage, replaced: { seed?: Uint8Array; nonce?: string; digest?: string; keys?: LeasedKey[] } = {}): Promise<{ jwe: string }> {
    const request = LeaseRequest.parse(JSON.parse(message.payload));
    const reply = {
      keys: replaced.keys ?? this.keys,
      nonce: replaced.nonce ?? request.nonce,
      requestDigest: replaced.digest ?? requestDigest(message.payload),
      ttlSeconds: this.ttlSeconds,
    };
    const signed = signMessage(replaced.seed ?? this.identity.seed, 'tessera.lease-reply.v1', reply);
    return { jwe: sealTo({ kid: EPHEMERAL_KEY_ID, jwk: request.ephemeralKey }, { ...signed }) };
  }

  /** The honest answer to a question for the published keys. */
  publishedKeys(nonce: string, seed: Uint8Array = this.identity.seed): SignedMessage {
    return signMessage(seed, 'tessera.published-keys.v1', { ...this.published, nonce });
  }

  private async answer(subject: string, request: unknown): Promise<unknown> {
    this.calls.push(subject);
    if (this.failure !== null) throw this.failure;
    if (subject === LeaseKeys.subject) return (this.bend.lease ?? ((message) => this.lease(message)))(request as SignedMessage);
    if (subject !== GetPublishedKeys.subject) throw new Error(`not served: ${subject}`);
    const { nonce } = request as { nonce: string };
    return this.bend.published?.(nonce) ?? this.publishedKeys(nonce);
  }
}
