import { sealTo } from '@tessera/jose/seal';
import { MessageRefused, requestDigest, signMessage, verifyMessage } from '@tessera/key-lease';
import type { Logger } from '@tessera/observability';
import { EPHEMERAL_KEY_ID, type KeyPurpose, type LeasedKey, LeaseReply, LeaseRequest, LESSEES, type SignedMessage } from '@tessera/protocol/key-lease';
import { leasedUse } from '@tessera/protocol/key-lifecycle';
import { KEY_LEASE_SECONDS, OAuthError, type ServiceName } from '@tessera/vocabulary';
import type { KeyVault } from '../keys/key-vault.js';
import type { LeasedRow, Lessee, SqlLeases } from './sql-leases.js';

/** The nkeys each service may log in with; several while one is being replaced. */
export type ServiceNkeys = Readonly<Partial<Record<ServiceName, readonly string[]>>>;

/** Characters of an nkey and of an instance that stand in an audit row, whatever was sent. */
const NKEY_LENGTH = 56;
const UNKNOWN_INSTANCE = 'unknown';

/**
 * Gives leases (decision 1, KEY-7).
 *
 * The caller's name comes from the subject and the request is signed with one of that service's nkeys, so a broker would need
 * both a seed and nothing less. Keys are read from the database for each lease and never given from memory: a lease that ends
 * 55 s after it was asked for thus ends less than 60 s after the commit that retired a key in it (KEY-5). Without the database
 * there is no lease, and lessees live on the one they have.
 */
export class KeyLeasing {
  constructor(
    private readonly leases: SqlLeases,
    private readonly vault: KeyVault,
    private readonly identity: { readonly seed: Uint8Array; readonly serviceNkeys: ServiceNkeys },
    private readonly logger: Logger,
  ) {}

  /** @throws {OAuthError} `key_lease.*` when refused, {Outage} when the database or a key-encryption key is away. */
  async lease(message: SignedMessage, caller: ServiceName): Promise<{ readonly jwe: string }> {
    const request = await this.authorize(message, caller);
    const lessee = { service: caller, instance: request.instance, nkey: message.nkey };
    const rows = await this.leases.keysFor(lessee, request.purposes);
    const reply = LeaseReply.parse({
      keys: rows.flatMap((row) => this.leased(row)),
      nonce: request.nonce,
      requestDigest: requestDigest(message.payload),
      ttlSeconds: KEY_LEASE_SECONDS,
    });
    const signed = signMessage(this.identity.seed, 'tessera.lease-reply.v1', reply);
    return { jwe: sealTo({ kid: EPHEMERAL_KEY_ID, jwk: request.ephemeralKey }, { ...signed }) };
  }

  private leased(row: LeasedRow): readonly LeasedKey[] {
    const use = leasedUse(row);
    const { kid, purpose, algorithm } = row;
    return use === null ? [] : [{ kid, purpose, algorithm, use, jwk: { ...this.vault.open(row) } }];
  }

  /** The signature first: nothing of an unsigned request is believed, and only its envelope is written down. */
  private async authorize(message: SignedMessage, caller: ServiceName): Promise<LeaseRequest> {
    const nkey = message.nkey.slice(0, NKEY_LENGTH);
    try {
      const trusted = this.identity.serviceNkeys[caller] ?? [];
      const request = verifyMessage(message, 'tessera.lease-request.v1', trusted, LeaseRequest);
      if (request.purposes.every((purpose) => isLessee(caller, purpose))) return request;
      throw await this.refused({ service: caller, instance: request.instance, nkey }, request.purposes, 'purpose_not_allowed');
    } catch (error) {
      if (!(error instanceof MessageRefused)) throw error;
      const reason = error.reason === 'replayed' ? 'malformed' : error.reason;
      throw await this.refused({ service: caller, instance: UNKNOWN_INSTANCE, nkey }, [], reason);
    }
  }

  private async refused(
    lessee: Lessee,
    purposes: readonly KeyPurpose[],
    why: 'foreign_nkey' | 'bad_signature' | 'malformed' | 'purpose_not_allowed',
  ): Promise<OAuthError> {
    const reason = `key_lease.${why}` as const;
    this.logger.warn('a key lease is refused', { service: lessee.service, instance: lessee.instance, reason, purpose: purposes });
    await this.leases.recordRefusal(lessee, purposes, reason);
    return new OAuthError(reason, { service: lessee.service, purposes });
  }
}

/** NAT-3: only the lessees of a purpose. */
function isLessee(service: ServiceName, purpose: KeyPurpose): boolean {
  const lessees: readonly ServiceName[] = LESSEES[purpose];
  return lessees.includes(service);
}
