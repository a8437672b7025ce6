import { jwkThumbprint } from '@tessera/jose';
import { type SigningKey, signingKeyFrom } from '@tessera/jose/signing';
import type { KeyPurpose, LeasedKey } from '@tessera/protocol/key-lease';
import type { IssuerSignatureAlgorithm, KeyId } from '@tessera/vocabulary';
import { LeaseRefused } from './lease-request.js';

/** A leased key and, for one that signs, the form it signs in. */
interface HeldKey {
  readonly leased: LeasedKey;
  readonly signing: SigningKey | null;
}

const NONE: readonly LeasedKey[] = [];

/** The keys of one lease. The hot path looks them up, so everything is prepared when the lease arrives. */
export class LeasedKeys {
  private readonly held: ReadonlyMap<KeyId, HeldKey>;
  private readonly signing: ReadonlyMap<IssuerSignatureAlgorithm, SigningKey>;
  private readonly byPurpose: ReadonlyMap<KeyPurpose, readonly LeasedKey[]>;

  /**
   * @param earlier the lease before: a key that is in both stays the same object, and with it whatever was prepared for it.
   * @throws {LeaseRefused} when a key is not what its kid or algorithm says.
   */
  constructor(keys: readonly LeasedKey[], earlier: LeasedKeys | null) {
    this.held = new Map(keys.map((key) => [key.kid, hold(key, earlier?.held.get(key.kid))]));
    const held = [...this.held.values()];
    this.signing = new Map(held.flatMap(({ leased, signing }) => (signing !== null && leased.use === 'active' ? [[signing.algorithm, signing]] : [])));
    this.byPurpose = groupByPurpose(held.map(({ leased }) => leased));
  }

  /** The active signing key of an algorithm. */
  signingKey(algorithm: IssuerSignatureAlgorithm): SigningKey | undefined {
    return this.signing.get(algorithm);
  }

  /** Every key of a purpose, the active one first. */
  ofPurpose(purpose: KeyPurpose): readonly LeasedKey[] {
    return this.byPurpose.get(purpose) ?? NONE;
  }
}

function hold(key: LeasedKey, known: HeldKey | undefined): HeldKey {
  if (known !== undefined && known.leased.purpose === key.purpose && known.leased.algorithm === key.algorithm) {
    return { leased: { ...key, jwk: known.leased.jwk }, signing: known.signing };
  }
  if (!hasItsOwnKid(key)) throw new LeaseRefused('wrong_key');
  return { leased: key, signing: key.purpose === 'sign' ? prepare(key) : null };
}

/** KEY-3: the kid of an asymmetric key is its thumbprint, so no key comes under the name of another. */
function hasItsOwnKid(key: LeasedKey): boolean {
  if (key.algorithm === 'HS256') return key.jwk['kty'] === 'oct';
  try {
    return jwkThumbprint(key.jwk) === key.kid;
  } catch {
    return false;
  }
}

function prepare(key: LeasedKey): SigningKey {
  try {
    return signingKeyFrom(key);
  } catch {
    throw new LeaseRefused('wrong_key'); // without the cause: what failed to import is a private key
  }
}

function groupByPurpose(keys: readonly LeasedKey[]): ReadonlyMap<KeyPurpose, readonly LeasedKey[]> {
  const activeFirst = [...keys].sort((a, b) => Number(b.use === 'active') - Number(a.use === 'active'));
  const purposes = [...new Set(keys.map(({ purpose }) => purpose))];
  return new Map(purposes.map((purpose) => [purpose, activeFirst.filter((key) => key.purpose === purpose)]));
}
