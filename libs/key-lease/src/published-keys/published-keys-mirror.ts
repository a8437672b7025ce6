import { randomBytes } from 'node:crypto';
import { GetPublishedKeys } from '@tessera/contracts';
import { newCallContext, type ServiceClient } from '@tessera/messaging/calling';
import type { Logger } from '@tessera/observability';
import { type KeyPurpose, PublishedKeys, type PublishedJwk, type SealingKey } from '@tessera/protocol/key-lease';
import { type Clock, HOP_DEADLINE_MS, Outage, PUBLISHED_KEYS_AGE_SECONDS_MAX } from '@tessera/vocabulary';
import { isWithin, type Moment, momentOf } from '../freshness.js';
import { Renewal, systemTimer, type Timer } from '../renewal.js';
import { MessageRefused, verifyMessage } from '../signed-message.js';

/** Where the keys come from and whom the process trusts to name them. */
export interface PublishedKeysMirrorOptions {
  readonly services: Pick<ServiceClient, 'call'>;
  /** Public nkeys of key-management, pinned by configuration. */
  readonly keyManagementNkeys: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timer?: Timer;
}

interface Copy {
  readonly jwks: { readonly keys: readonly PublishedJwk[] };
  readonly byKid: ReadonlyMap<string, PublishedJwk>;
  readonly sealing: ReadonlyMap<KeyPurpose, SealingKey>;
  /** The moment the request was sent. */
  readonly since: Moment;
}

const REFRESH_MS = 15_000;
/** A `kid` comes from outside, so unknown ones may cost a question in this time and no more. */
const NEED_MS = 1_000;
/** 128 bits. */
const NONCE_BYTES = 16;

/**
 * This process's copy of everything public about the keys, refreshed every 15 s and at once on the event. It serves for ten
 * minutes without key-management and then stops: a JWKS that old may hold a key that was revoked (KEY-8).
 */
export class PublishedKeysMirror {
  private copy: Copy | null = null;
  /** The last refresh that an unknown `kid` asked for; all who name one meanwhile wait for the same. */
  private needed: { readonly atMs: number; readonly done: Promise<void> } | null = null;
  private readonly renewal: Renewal;

  constructor(private readonly options: PublishedKeysMirrorOptions) {
    this.renewal = new Renewal({
      attempt: () => this.refresh(),
      pauseMs: REFRESH_MS,
      needMs: NEED_MS,
      clock: options.clock,
      timer: options.timer ?? systemTimer,
      onFailure: (error, failures) => options.logger.warn('the published keys were not refreshed', { attempt: failures, error }),
    });
  }

  /** Takes the first copy and keeps it fresh, trying for as long as it takes; `loaded` tells when there is one. */
  start(): void {
    this.renewal.begin();
  }

  stop(): void {
    this.renewal.stop();
  }

  /** Key-management said that a key changed. */
  refreshNow(): void {
    this.renewal.now();
  }

  /** Whether there is a copy that may be used. */
  get loaded(): boolean {
    return this.copy !== null && this.isUsable(this.copy);
  }

  /**
   * The JWKS (RFC 7517 §5). The same object until a key changes, so that its serialisation can be kept.
   * @throws {Outage} when the copy is missing or older than ten minutes.
   */
  jwks(): { readonly keys: readonly PublishedJwk[] } {
    return this.current().jwks;
  }

  /**
   * The key of this issuer by that name; null when there is none. A revocation lets a new key sign at once, and its event may be
   * lost: so a name that is not in a copy older than a second is looked for in a new one, and is unknown until that is here.
   *
   * @throws {Outage} as `jwks`, and when key-management cannot be asked about the name.
   */
  async find(kid: string): Promise<PublishedJwk | null> {
    const { byKid, since } = this.current();
    const known = byKid.get(kid);
    if (known !== undefined) return known;
    if (this.options.clock.monotonicMs() - since.monotonicMs < NEED_MS) return null;
    await this.refreshNeeded();
    return this.current().byKid.get(kid) ?? null;
  }

  /** The key to seal to. @throws {Outage} as `jwks`, and when the purpose has none. */
  sealingKey(purpose: KeyPurpose): SealingKey {
    const key = this.current().sealing.get(purpose);
    if (key === undefined) throw new Outage('key-management', `there is no key to seal to for ${purpose}`);
    return key;
  }

  private current(): Copy {
    if (this.copy !== null && this.isUsable(this.copy)) return this.copy;
    this.renewal.soon();
    throw new Outage('key-management', 'the published keys are missing or too old');
  }

  private isUsable(copy: Copy): boolean {
    return isWithin(PUBLISHED_KEYS_AGE_SECONDS_MAX, copy.since, this.options.clock);
  }

  private async refreshNeeded(): Promise<void> {
    const now = this.options.clock.monotonicMs();
    if (this.needed === null || now - this.needed.atMs >= NEED_MS) this.needed = { atMs: now, done: this.refresh() };
    try {
      await this.needed.done;
    } catch (cause) {
      throw new Outage('key-management', 'a key by an unknown name may be newer than the published keys here', { cause });
    }
  }

  private async refresh(): Promise<void> {
    const nonce = randomBytes(NONCE_BYTES).toString('base64url');
    const since = momentOf(this.options.clock);
    const message = await this.options.services.call(GetPublishedKeys, { nonce }, newCallContext(HOP_DEADLINE_MS));
    const published = verifyMessage(message, 'tessera.published-keys.v1', this.options.keyManagementNkeys, PublishedKeys);
    if (published.nonce !== nonce) throw new MessageRefused('replayed');
    // Two questions may be under way; the answer to the earlier one must not replace the later one's.
    if (this.copy === null || this.copy.since.monotonicMs <= since.monotonicMs) this.copy = copyOf(published, since, this.copy);
  }
}

function copyOf(published: PublishedKeys, since: Moment, earlier: Copy | null): Copy {
  // Unchanged keys stay the same objects: verifiers keep imported keys by object.
  const known = (key: PublishedJwk) => {
    const one = earlier?.byKid.get(key.kid);
    return one !== undefined && JSON.stringify(one) === JSON.stringify(key) ? one : key;
  };
  const keys = published.keys.map(known);
  const unchanged = earlier !== null && keys.length === earlier.jwks.keys.length && keys.every((key, at) => key === earlier.jwks.keys[at]);
  return {
    jwks: unchanged ? earlier.jwks : { keys },
    byKid: new Map(keys.map((key) => [key.kid, key])),
    sealing: new Map(published.sealingKeys.map((key) => [key.purpose, key])),
    since,
  };
}
