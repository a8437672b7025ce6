import type { ClientId } from '@tessera/vocabulary';
import type { PublicJwk } from '../client/index.js';
import type { ClientKeySets, FetchedKeySet, KeySetClaim, KeySetSource } from './key-set-refresh.js';

/** Public keys of the specifications: RFC 7517 Appendix A.1, RFC 8037 Appendix A.2. */
export const EXAMPLE_KEYS = {
  p256: {
    kty: 'EC',
    crv: 'P-256',
    kid: '1',
    x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
    y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  },
  rsa2048: {
    kty: 'RSA',
    kid: '2011-04-29',
    n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
    e: 'AQAB',
  },
  ed25519: { kty: 'OKP', crv: 'Ed25519', kid: 'ed', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
} as const satisfies Record<string, PublicJwk>;

interface Row {
  jwksUri: string | null;
  keys: readonly PublicJwk[];
  attempts: number;
  claimable: boolean;
  failure: string | null;
  fetching: boolean;
}

/** Key sets in memory; `passMinute` lets them be claimed again. */
export class InMemoryClientKeySets implements ClientKeySets {
  readonly rows = new Map<string, Row>();

  add(clientId: string, jwksUri: string | null, keys: readonly PublicJwk[] = []): void {
    this.rows.set(clientId, { jwksUri, keys, attempts: 0, claimable: true, failure: null, fetching: false });
  }

  passMinute(): void {
    for (const row of this.rows.values()) Object.assign(row, { claimable: true, fetching: false });
  }

  async claim(clientId: ClientId) {
    const row = this.rows.get(clientId);
    if (row === undefined) return { outcome: 'unknown_client' as const };
    if (row.jwksUri === null) return { outcome: 'no_uri' as const };
    if (!row.claimable) return { outcome: row.fetching ? ('under_way' as const) : ('too_soon' as const) };
    row.claimable = false;
    row.fetching = true;
    row.attempts += 1;
    return { outcome: 'claimed' as const, clientId, jwksUri: row.jwksUri, claim: String(row.attempts) };
  }

  async claimDue(limit: number): Promise<readonly KeySetClaim[]> {
    const claims = await Promise.all([...this.rows.keys()].map((clientId) => this.claim(clientId as ClientId)));
    return claims.flatMap((claim) => (claim.outcome === 'claimed' ? [claim] : [])).slice(0, limit);
  }

  async store(claim: KeySetClaim, keys: readonly PublicJwk[]) {
    const row = this.rows.get(claim.clientId);
    if (row === undefined || row.jwksUri !== claim.jwksUri || String(row.attempts) !== claim.claim) return 'superseded' as const;
    const changed = JSON.stringify(row.keys) !== JSON.stringify(keys);
    row.keys = keys;
    row.failure = null;
    row.fetching = false;
    return changed ? ('refreshed' as const) : ('unchanged' as const);
  }

  async recordFailure(claim: KeySetClaim, failure: string): Promise<void> {
    const row = this.rows.get(claim.clientId);
    if (row !== undefined) Object.assign(row, { failure, fetching: false });
  }
}

/** A source that answers each URI as told. */
export function keySetSource(answers: Readonly<Record<string, FetchedKeySet>>): KeySetSource & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    fetch: async (jwksUri) => {
      asked.push(jwksUri);
      return answers[jwksUri] ?? { outcome: 'failed', why: 'nobody answered' };
    },
  };
}
