import { sealTo } from '@tessera/jose/seal';
import type { SealingKey } from '@tessera/protocol/key-lease';
import { type Clock, SEALED_SECRET_LIFETIME_SECONDS } from '@tessera/vocabulary';

/** Where the key comes from that human secrets are sealed to. */
export interface SealingKeys {
  /** @throws {Outage} when there is none, or its copy is too old. */
  sealingKey(purpose: 'password-transport'): Pick<SealingKey, 'kid' | 'jwk'>;
}

/** What a sealed secret may be opened for. */
export type SecretPurpose = 'sign-in' | 'password-grant' | 'current-password' | 'new-password' | 'user-code' | 'new-user-code';

/**
 * UTF-16 units of a secret that are sealed. Far more than any password may have (PASSWORD_LENGTH_MAX), in any normal form, so what
 * is cut off could only have been refused; and the sealed value stays below what its opener reads.
 */
const SECRET_UNITS_MAX = 2_048;

/**
 * Replaces a human secret by a value that only authorization can open, once, for one purpose, within a minute, for this request
 * (decision 8). The gateway cannot read it either once it is made.
 */
export class SecretSeal {
  constructor(
    private readonly keys: SealingKeys,
    private readonly clock: Clock,
  ) {}

  /** @throws {Outage} when there is no key to seal to. */
  seal(secret: string, purpose: SecretPurpose, requestId: string): string {
    const exp = this.clock.epochSeconds() + SEALED_SECRET_LIFETIME_SECONDS;
    return sealTo(this.keys.sealingKey('password-transport'), { secret: secret.slice(0, SECRET_UNITS_MAX), rid: requestId, purpose, exp });
  }
}
