import type { AccessTokenFacts } from '../access-token/index.js';
import type { AccessTokenRevocations, RefreshTokenRevocations } from './revocation.js';

/** Revocations in memory; `owners` says whose each handle is, `families` whose each refresh token. */
export class InMemoryRevocations implements AccessTokenRevocations, RefreshTokenRevocations {
  readonly owners = new Map<string, string>();
  readonly families = new Map<string, string>();
  readonly revokedFamilies: string[] = [];
  readonly asked: string[] = [];
  readonly revokedJtis: string[] = [];
  readonly revokedHandles: string[] = [];

  revokeJwt({ jti }: Pick<AccessTokenFacts, 'jti'>): Promise<void> {
    this.revokedJtis.push(jti);
    return Promise.resolve();
  }

  revokeOpaque(tokenHash: Uint8Array, clientId: string): Promise<'revoked' | 'foreign' | 'unknown'> {
    this.asked.push('opaque');
    return Promise.resolve(revoke(tokenHash, clientId, this.owners, this.revokedHandles));
  }

  revokeFamily(tokenHash: Uint8Array, clientId: string): Promise<'revoked' | 'foreign' | 'unknown'> {
    this.asked.push('family');
    return Promise.resolve(revoke(tokenHash, clientId, this.families, this.revokedFamilies));
  }
}

function revoke(tokenHash: Uint8Array, clientId: string, owners: ReadonlyMap<string, string>, revoked: string[]): 'revoked' | 'foreign' | 'unknown' {
  const entry = Buffer.from(tokenHash).toString('hex');
  const owner = owners.get(entry);
  if (owner === clientId) revoked.push(entry);
  return owner === undefined ? 'unknown' : owner === clientId ? 'revoked' : 'foreign';
}
