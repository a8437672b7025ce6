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

/** A symmetric key on loan: derives handles (decision 13) and pairwise subjects (OIDC Core §8.1) by HMAC-SHA-256. */
export interface MacKey {
  readonly kid: KeyId;
  /** Only the `active` one makes what is new; with the others the same is made again. */
  readonly use: LeasedKey['use'];
  readonly secret: Buffer;
}
const NO_MAC_KEYS: readonly MacKey[] = [];

/** The keys of one lease. The hot path looks them up, so everything is prepared when the lease arrives. */
export class LeasedKeys {
  private readonly held: ReadonlyMap<KeyId, HeldKey>;
  private readonly signing: ReadonlyMap<IssuerSignatureAlgorithm, SigningKey>;
  private readonly byPurpose: ReadonlyMap<KeyPurpose, readonly LeasedKey[]>;
  private readonly macKeys: ReadonlyMap<KeyPurpose, readonly MacKey[]>;

  /**
   * @param earlier the lease before: a key that is in both stays the same object, and with it whatever was prepared for it.
   * @throws {LeaseRefused} when a key is not what its kid or algorithm says.
   */
  constructor(keys: readonly LeasedKey[], earlier: LeasedKeys | null) {
    this.held = new Map(keys.map((key) => [key.kid, hold(key, earlier?.held.get(key.kid))]));
    const held = [...this.held.values()];
    this.signing = new Map(held.flatMap(({ leased, signing }) => (signing !== null && leased.use === 'active' ? [[signing.algorithm, signing]] : [])));
    this.byPurpose = groupByPurpose(held.map(({ leased }) => leased));
    this.macKeys = new Map([...this.byPurpose].map(([purpose, ofPurpose]) => [purpose, ofPurpose.flatMap(macKey)]));
  }

  /** The active signing key of an algorithm. */
  signingKey(algorithm: IssuerSignatureAlgorithm): SigningKey | undefined {
    return this.signing.get(algorithm);
  }

  /** Every key of a purpose, the active one first. */
  ofPurpose(purpose: KeyPurpose): readonly LeasedKey[] {
    return this.byPurpose.get(purpose) ?? NONE;
  }

  /** The symmetric keys of a purpose, the active one first. */
  macKeysOf(purpose: KeyPurpose): readonly MacKey[] {
    return this.macKeys.get(purpose) ?? NO_MAC_KEYS;
  }
}

function macKey({ kid, use, jwk }: LeasedKey): MacKey[] {
  const { k } = jwk;
  return typeof k === 'string' ? [{ kid, use, secret: Buffer.from(k, 'base64url') }] : [];
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
