import { type OpeningKey, openSealed, SealRefused } from '@tessera/jose';
import { judgeSealedSecret, type SealedSecret, type SecretExpectation } from '@tessera/protocol/account';
import type { KeyPurpose } from '@tessera/protocol/key-lease';
import { type Clock, OAuthError } from '@tessera/vocabulary';

/** Where the keys come from that open sealed secrets. */
export interface TransportKeys {
  /** @throws {Outage} without a valid lease. */
  openingKeys(purpose: KeyPurpose): readonly OpeningKey[];
}

/**
 * Human secrets, sealed to the `password-transport` key on loan (decision 8). What is opened here still has to be spent, in the
 * statement that acts on it: the table `opened_secret` knows each request id and purpose once.
 */
export class SealedSecrets {
  constructor(
    private readonly keys: TransportKeys,
    private readonly clock: Pick<Clock, 'epochSeconds'>,
  ) {}

  /**
   * @throws {OAuthError} `account.sealed_secret` when it is not for this request and purpose, or too old.
   * @throws {Outage} without a lease.
   */
  async open(sealed: string, expected: SecretExpectation): Promise<SealedSecret> {
    const judged = judgeSealedSecret(await this.payload(sealed), expected, this.clock.epochSeconds());
    if (judged.sealed === null) throw new OAuthError('account.sealed_secret', { why: judged.fault });
    return judged.sealed;
  }

  private async payload(sealed: string): Promise<unknown> {
    try {
      return openSealed(sealed, this.keys.openingKeys('password-transport'));
    } catch (error) {
      if (error instanceof SealRefused) throw new OAuthError('account.sealed_secret', { why: error.reason });
      throw error;
    }
  }
}
