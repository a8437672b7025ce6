import type { AccessTokenFacts } from '../access-token/index.js';
import type { AccessTokenRevocations } from './revocation.js';

/** Revocations in memory; `owners` says whose each handle is. */
export class InMemoryAccessTokenRevocations implements AccessTokenRevocations {
  readonly owners = new Map<string, string>();
  readonly revokedJtis: string[] = [];
  readonly revokedHandles: string[] = [];

  revokeJwt({ jti }: Pick<AccessTokenFacts, 'jti'>): Promise<void> {
    this.revokedJtis.push(jti);
    return Promise.resolve();
  }

  revokeOpaque(tokenHash: Uint8Array, clientId: string): Promise<'revoked' | 'foreign' | 'unknown'> {
    const entry = Buffer.from(tokenHash).toString('hex');
    const owner = this.owners.get(entry);
    if (owner === clientId) this.revokedHandles.push(entry);
    return Promise.resolve(owner === undefined ? 'unknown' : owner === clientId ? 'revoked' : 'foreign');
  }
}
