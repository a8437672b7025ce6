import { signJwt, type SigningKey } from '@tessera/jose/signing';
import type { AccessTokenSigner } from '@tessera/protocol/access-token';
import type { IssuerSignatureAlgorithm, KeyId } from '@tessera/vocabulary';

/** Signs in this process with the key on loan; the lease judges each signature anew (decision 1). */
export class LeasedAccessTokenSigner implements AccessTokenSigner {
  constructor(private readonly lease: { signingKey(algorithm: IssuerSignatureAlgorithm): SigningKey }) {}

  sign(algorithm: IssuerSignatureAlgorithm, typ: string, claims: Readonly<Record<string, unknown>>): { token: string; kid: KeyId } {
    const key = this.lease.signingKey(algorithm);
    return { token: signJwt(key, typ, claims), kid: key.kid };
  }
}
