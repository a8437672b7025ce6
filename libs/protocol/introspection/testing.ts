import type { AccessTokenFacts } from '../access-token/index.js';
import type { LiveAccessTokens, LiveRefreshTokens, RefreshTokenFacts } from './introspection.js';

/** Live tokens in memory: handles by hash, dead `jti`s, and a count of how often it was asked. */
export class InMemoryLiveAccessTokens implements LiveAccessTokens {
  readonly opaque = new Map<string, AccessTokenFacts>();
  readonly dead = new Set<string>();
  asked = 0;

  isAlive({ jti }: Pick<AccessTokenFacts, 'jti'>): Promise<boolean> {
    this.asked += 1;
    return Promise.resolve(!this.dead.has(jti));
  }

  findOpaque(tokenHash: Uint8Array): Promise<AccessTokenFacts | null> {
    this.asked += 1;
    const facts = this.opaque.get(Buffer.from(tokenHash).toString('hex')) ?? null;
    return Promise.resolve(facts !== null && this.dead.has(facts.jti) ? null : facts);
  }
}

/** Live refresh tokens in memory, by hash. */
export class InMemoryLiveRefreshTokens implements LiveRefreshTokens {
  readonly live = new Map<string, RefreshTokenFacts>();
  asked = 0;

  find(tokenHash: Uint8Array): Promise<RefreshTokenFacts | null> {
    this.asked += 1;
    return Promise.resolve(this.live.get(Buffer.from(tokenHash).toString('hex')) ?? null);
  }
}
