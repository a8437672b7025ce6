import { createHash } from 'node:crypto';
import { SealedClientSecret } from '@tessera/contracts';
import { type OpeningKey, openSealed, SealRefused } from '@tessera/jose';
import type { OpenedSecret, SecretSeals } from '@tessera/protocol/declaration';
import type { KeyPurpose } from '@tessera/protocol/key-lease';
import {
  AssertionMacAlgorithm,
  CLIENT_SECRET_LENGTH_MAX,
  CLIENT_SECRET_LENGTH_MIN,
  MAC_SECRET_OCTETS_MIN,
} from '@tessera/vocabulary';
import { z } from 'zod';

/** Where the keys come from that open sealed secrets. */
export interface OpeningKeys {
  /** @throws {Outage} without a valid lease. */
  openingKeys(purpose: KeyPurpose): readonly OpeningKey[];
}

/** Opens secrets that were sealed to the `client-secret` key, with the key on loan (decision 1). */
export class LeasedSecretSeals implements SecretSeals {
  constructor(private readonly lease: OpeningKeys) {}

  /** A sealed value is taken only for the client it names, so that knowing one does not allow to give it to another (CLI-3). */
  async open(sealed: string, clientId: string, algorithm: string | null): Promise<OpenedSecret> {
    const opened = await this.payload(sealed);
    if (opened === null) return { outcome: 'refused', why: 'the secret cannot be opened; it was sealed to another key' };
    if (opened.clientId !== clientId) return { outcome: 'refused', why: 'the secret was sealed for another client' };
    const fault = secretFault(opened.secret, algorithm);
    return fault === null ? { outcome: 'opened', fingerprint: fingerprintOf(opened.secret) } : { outcome: 'refused', why: fault };
  }

  /** SHA-256 of what a stored value holds; null when it cannot be opened any more. */
  async fingerprint(sealed: string): Promise<string | null> {
    const opened = await this.payload(sealed);
    return opened === null ? null : fingerprintOf(opened.secret);
  }

  /** What a sealed value holds; null when no key on loan opens it, or it holds something else. */
  async payload(sealed: string): Promise<SealedClientSecret | null> {
    const keys = this.lease.openingKeys('client-secret');
    try {
      const payload = SealedClientSecret.safeParse(openSealed(sealed, keys));
      return payload.success ? payload.data : null;
    } catch (error) {
      if (error instanceof SealRefused) return null;
      throw error;
    }
  }
}

const JweHeader = z.object({ kid: z.string() });

/** RFC 7516 §4.1.6: the key a value is sealed to. @throws for what is no compact JWE with a `kid`. */
export function sealingKidOf(sealed: string): string {
  const header: unknown = JSON.parse(Buffer.from(sealed.slice(0, sealed.indexOf('.')), 'base64url').toString());
  return JweHeader.parse(header).kid;
}

function fingerprintOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** RFC 7518 §3.2 and RFC 6749 Appendix A.2, whatever the sender checked before it sealed. */
function secretFault(secret: string, algorithm: string | null): string | null {
  const mac = AssertionMacAlgorithm.safeParse(algorithm);
  const lengthMin = mac.success ? Math.max(CLIENT_SECRET_LENGTH_MIN, MAC_SECRET_OCTETS_MIN[mac.data]) : CLIENT_SECRET_LENGTH_MIN;
  if (!/^[\x20-\x7E]*$/.test(secret)) return 'the secret has characters outside printable ASCII';
  if (secret.length < lengthMin) return `the secret is shorter than ${lengthMin} characters`;
  return secret.length > CLIENT_SECRET_LENGTH_MAX ? `the secret is longer than ${CLIENT_SECRET_LENGTH_MAX} characters` : null;
}
