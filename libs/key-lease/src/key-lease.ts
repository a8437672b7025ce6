import { LeaseKeys } from '@tessera/contracts';
import type { SigningKey } from '@tessera/jose/signing';
import { newCallContext, type ServiceClient } from '@tessera/messaging/calling';
import type { Logger } from '@tessera/observability';
import type { KeyPurpose, LeasedKey } from '@tessera/protocol/key-lease';
import {
  type Clock,
  HOP_DEADLINE_MS,
  type IssuerSignatureAlgorithm,
  KEY_LEASE_MARGIN_SECONDS,
  KEY_LEASE_SECONDS,
  Outage,
  type ServiceName,
} from '@tessera/vocabulary';
import { isWithin, type Moment, momentOf } from './freshness.js';
import { requestLease } from './lease-request.js';
import { LeasedKeys, type MacKey } from './leased-keys.js';
import { Renewal, systemTimer, type Timer } from './renewal.js';

/** What a lessee is and whom it trusts. */
export interface KeyLeaseOptions {
  readonly services: Pick<ServiceClient, 'call'>;
  readonly service: ServiceName;
  readonly instance: string;
  /** The nkey seed the process logs in to the bus with. */
  readonly seed: Uint8Array;
  /** Public nkeys of key-management, pinned by configuration: several while one is being replaced. */
  readonly keyManagementNkeys: readonly string[];
  readonly purposes: readonly KeyPurpose[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timer?: Timer;
}

interface Lease {
  readonly keys: LeasedKeys;
  /** The moment the request was sent. */
  readonly since: Moment;
  /** Seconds from then on during which the keys may be used. */
  readonly seconds: number;
}

/** KEY-5: key state is asked again after a third of the lease, at the latest every 30 s. */
const RENEWAL_MS = (KEY_LEASE_SECONDS * 1_000) / 3;
/** Who must sign and cannot waits for nothing else. */
const NEED_MS = 250;

/**
 * The private keys of this process, on loan (decision 1). Every answer is judged anew at the moment it is given: without a
 * valid lease there is no key, and an `Outage` instead, so a process that is cut off stops signing by itself (KEY-5, F19).
 *
 * The lease bounds honest signers. It does not take a key back from one who copied it: that is what revocation is for.
 */
export class KeyLease {
  private lease: Lease | null = null;
  /** Counts the stops: a renewal that began before one has nothing to bring any more. */
  private stops = 0;
  private readonly renewal: Renewal;

  constructor(private readonly options: KeyLeaseOptions) {
    this.renewal = new Renewal({
      attempt: () => this.renew(),
      pauseMs: RENEWAL_MS,
      needMs: NEED_MS,
      clock: options.clock,
      timer: options.timer ?? systemTimer,
      onFailure: (error, failures) => {
        options.logger.warn('the key lease was not renewed', { service: options.service, attempt: failures, state: this.valid ? 'valid' : 'over', error });
      },
    });
  }

  /**
   * Takes the first lease and keeps it renewed from then on.
   * @throws {Outage} when there is none to be had, for whatever reason; start may be called again.
   */
  async start(): Promise<void> {
    try {
      await this.renewal.start();
    } catch (cause) {
      throw new Outage('key-lease', 'no lease was given', { cause });
    }
  }

  /** Ends the renewal and lets go of the keys. */
  stop(): void {
    this.renewal.stop();
    this.stops += 1;
    this.lease = null;
  }

  /** Key-management said that a key changed: the lease is renewed at once. */
  renewNow(): void {
    this.renewal.now();
  }

  /** Whether there is a key to be had now. */
  get valid(): boolean {
    return this.lease !== null && this.isCurrent(this.lease);
  }

  /** The active signing key of an algorithm. @throws {Outage} without a valid lease, or when it has no such key. */
  signingKey(algorithm: IssuerSignatureAlgorithm): SigningKey {
    const key = this.current().signingKey(algorithm);
    if (key === undefined) throw new Outage('key-lease', `there is no active ${algorithm} key`);
    return key;
  }

  /** The keys of a purpose, the active one first; what was made with an earlier key is opened with that. @throws {Outage} without a valid lease. */
  openingKeys(purpose: KeyPurpose): readonly LeasedKey[] {
    return this.current().ofPurpose(purpose);
  }

  /** The symmetric keys of a purpose, the active one first; never none. @throws {Outage} without a valid lease, or when it has no active one. */
  macKeys(purpose: 'derivation' | 'pairwise'): readonly [MacKey, ...MacKey[]] {
    const [active, ...others] = this.current().macKeysOf(purpose);
    if (active?.use !== 'active') throw new Outage('key-lease', `there is no active ${purpose} key`);
    return [active, ...others];
  }

  private current(): LeasedKeys {
    if (this.lease !== null && this.isCurrent(this.lease)) return this.lease.keys;
    this.renewal.soon();
    throw new Outage('key-lease', 'there is no valid lease');
  }

  private isCurrent(lease: Lease): boolean {
    return isWithin(lease.seconds, lease.since, this.options.clock);
  }

  private async renew(): Promise<void> {
    const { services, clock } = this.options;
    const { stops } = this;
    const pending = requestLease(this.options);
    const since = momentOf(clock);
    const { jwe } = await services.call(LeaseKeys, pending.message, newCallContext(HOP_DEADLINE_MS));
    const reply = await pending.open(jwe);
    if (stops !== this.stops) return;
    // Never longer than decision 1 allows, whatever the reply says.
    const seconds = Math.min(reply.ttlSeconds, KEY_LEASE_SECONDS) - KEY_LEASE_MARGIN_SECONDS;
    this.lease = { keys: new LeasedKeys(reply.keys, this.lease?.keys ?? null), since, seconds };
  }
}
