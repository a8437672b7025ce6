import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { LeasedKey } from '@tessera/protocol/key-lease';
import { IssuerSignatureAlgorithm, type KeyId } from '@tessera/vocabulary';

/** A private key of the issuer, ready to sign, and the one algorithm it may be used with (RFC 8725 §3.1). */
export interface SigningKey {
  readonly kid: KeyId;
  readonly algorithm: IssuerSignatureAlgorithm;
  readonly privateKey: KeyObject;
}

/** What the private key of an algorithm has to be; for RSA the size is the policy of key-management. */
const REQUIRED = {
  ES256: { type: 'ec', curve: 'prime256v1' },
  RS256: { type: 'rsa', curve: undefined },
  PS256: { type: 'rsa', curve: undefined },
  EdDSA: { type: 'ed25519', curve: undefined },
} as const satisfies Record<IssuerSignatureAlgorithm, { type: string; curve: string | undefined }>;

/**
 * Makes a leased key of the purpose `sign` ready to sign.
 * @throws {RangeError} when the key is for something else, or is not of the type its algorithm demands.
 */
export function signingKeyFrom(leased: Pick<LeasedKey, 'kid' | 'purpose' | 'algorithm' | 'jwk'>): SigningKey {
  const algorithm = IssuerSignatureAlgorithm.safeParse(leased.algorithm);
  if (leased.purpose !== 'sign' || !algorithm.success) throw new RangeError(`key ${leased.kid} does not sign`);
  const privateKey = createPrivateKey({ key: { ...leased.jwk }, format: 'jwk' });
  const required = REQUIRED[algorithm.data];
  if (privateKey.asymmetricKeyType !== required.type || privateKey.asymmetricKeyDetails?.namedCurve !== required.curve) {
    throw new RangeError(`key ${leased.kid} is not a key for ${algorithm.data}`);
  }
  return { kid: leased.kid, algorithm: algorithm.data, privateKey };
}
