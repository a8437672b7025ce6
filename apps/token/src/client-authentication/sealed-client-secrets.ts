import { SealedClientSecret } from '@tessera/contracts';
import { type OpeningKey, openSealed, SealRefused } from '@tessera/jose';
import type { Logger } from '@tessera/observability';
import type { ClientSecrets } from '@tessera/protocol/client-authentication';
import type { KeyPurpose } from '@tessera/protocol/key-lease';
import { z } from 'zod';

/** Opened secrets kept at the same time; the oldest make room (I12). */
const OPENED_MAX = 10_000;

/** RFC 7516 §4.1.6. */
const JweHeader = z.object({ kid: z.string() });

/** What was inside a sealed value, and the key that opened it. */
interface Opened extends SealedClientSecret {
  readonly kid: string;
}

/**
 * Opens the secrets of `client_secret_jwt` clients with the key on loan (decision 1, purpose `client-secret`).
 *
 * Opening costs an elliptic curve operation, so a result is kept, by the sealed value it came from: a rotated secret is another
 * value. It counts only while the key that opened it is on loan, so that a lease that is over, or a key that was revoked,
 * ends it at once.
 */
export class SealedClientSecrets implements ClientSecrets {
  private readonly opened = new Map<string, Opened>();

  constructor(
    private readonly lease: { openingKeys(purpose: KeyPurpose): readonly OpeningKey[] },
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
      const opened = { ...SealedClientSecret.parse(await openSealed(sealed, keys)), kid: sealingKidOf(sealed) };
      this.keep(sealed, opened);
      return opened;
    } catch (error) {
      if (!(error instanceof SealRefused)) throw error;
      this.logger.warn('a stored secret of a client cannot be opened; it has to be rotated', { clientId, reason: error.reason });
      return null;
    }
  }

  private keep(sealed: string, opened: Opened): void {
    const [oldest] = this.opened.keys();
    if (this.opened.size >= OPENED_MAX && oldest !== undefined) this.opened.delete(oldest);
    this.opened.set(sealed, opened);
  }
}

function sealingKidOf(sealed: string): string {
  const header: unknown = JSON.parse(Buffer.from(sealed.slice(0, sealed.indexOf('.')), 'base64url').toString());
  return JweHeader.parse(header).kid;
}
