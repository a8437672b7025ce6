import { SealedClientSecret } from '@tessera/contracts';
import { type OpeningKey, openSealed, SealRefused } from '@tessera/jose';
import type { Logger } from '@tessera/observability';
import type { ClientSecrets } from '@tessera/protocol/client-authentication';
import type { KeyPurpose } from '@tessera/protocol/key-lease';
import { Outage } from '@tessera/vocabulary';
import { z } from 'zod';

/** Sealed values remembered at the same time; the oldest make room (I12). */
const REMEMBERED_MAX = 10_000;

/** RFC 7516 §4.1.6. */
const JweHeader = z.object({ kid: z.string() });

/** What was inside a sealed value, and the key that opened it. */
interface Opened extends SealedClientSecret {
  readonly kid: string;
}

/** The lease of this process, as far as it opens secrets. */
interface OpeningLease {
  /** The same list until the lease is renewed. @throws {Outage} without a valid lease. */
  openingKeys(purpose: KeyPurpose): readonly OpeningKey[];
  renewNow(): void;
}

/**
 * Opens the secrets of `client_secret_jwt` clients with the key on loan (decision 1, purpose `client-secret`).
 *
 * Opening costs an elliptic curve operation, so a result is kept, by the sealed value it came from: a rotated secret is another
 * value. It counts only while the key that opened it is on loan, so that a lease that is over, or a key that was revoked,
 * ends it at once.
 *
 * A secret may be sealed to a key that became active after the lease was given. What the lease cannot open is therefore unknown,
 * and lost only when a later lease cannot open it either.
 */
export class SealedClientSecrets implements ClientSecrets {
  private readonly opened = new Map<string, Opened>();
  /** Sealed value → the keys on loan when its own was first missed. */
  private readonly missed = new Map<string, readonly OpeningKey[]>();
  /** Sealed values that were told of as lost: each request with one would tell again. */
  private readonly told = new Map<string, true>();

  constructor(
    private readonly lease: OpeningLease,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  async open(sealed: string, clientId: string): Promise<string | null> {
    const keys = this.lease.openingKeys('client-secret');
    const known = this.opened.get(sealed);
    const opened = known !== undefined && keys.some(({ kid }) => kid === known.kid) ? known : await this.openAnew(sealed, keys, clientId);
    return opened !== null && opened.clientId === clientId ? opened.secret : null;
  }

  private async openAnew(sealed: string, keys: readonly OpeningKey[], clientId: string): Promise<Opened | null> {
    try {
      const opened = { ...SealedClientSecret.parse(openSealed(sealed, keys)), kid: sealingKidOf(sealed) };
      keep(this.opened, sealed, opened);
      this.missed.delete(sealed);
      this.told.delete(sealed);
      return opened;
    } catch (error) {
      if (!(error instanceof SealRefused)) throw error;
      if (error.reason === 'unknown_key') this.requireLaterLease(sealed, keys);
      this.tellOnce(sealed, clientId, error.reason);
      return null;
    }
  }

  private tellOnce(sealed: string, clientId: string, reason: SealRefused['reason']): void {
    if (this.told.has(sealed)) return;
    keep(this.told, sealed, true);
    this.logger.warn('a stored secret of a client cannot be opened; it has to be rotated', { clientId, reason });
  }

  /** @throws {Outage} until the lease has been renewed since the key was first missed. */
  private requireLaterLease(sealed: string, keys: readonly OpeningKey[]): void {
    const before = this.missed.get(sealed);
    if (before !== undefined && before !== keys) return;
    if (before === undefined) {
      keep(this.missed, sealed, keys);
      this.lease.renewNow();
    }
    throw new Outage('key-lease', 'a client secret is sealed to a key that is not on loan yet');
  }
}

function keep<Value>(remembered: Map<string, Value>, sealed: string, value: Value): void {
  const [oldest] = remembered.keys();
  if (remembered.size >= REMEMBERED_MAX && oldest !== undefined) remembered.delete(oldest);
  remembered.set(sealed, value);
}

function sealingKidOf(sealed: string): string {
  const header: unknown = JSON.parse(Buffer.from(sealed.slice(0, sealed.indexOf('.')), 'base64url').toString());
  return JweHeader.parse(header).kid;
}
