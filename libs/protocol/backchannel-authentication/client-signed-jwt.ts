import { KID_LENGTH_MAX } from '@tessera/vocabulary';
import type { ClientMetadata } from '../client/index.js';
import { type AssertionSignatures, type ClientKeySets, type Clients, selectAssertionKey } from '../client-authentication/index.js';

/** Everything outside that verifying a client's JWT needs. */
export interface ClientJwtPorts {
  readonly clients: Clients;
  readonly keySets: ClientKeySets;
  readonly signatures: Pick<AssertionSignatures, 'decode' | 'verifySignature'>;
}

/** The claims of a JWT, or what is wrong with it, for the log. */
export type ClientJwt =
  | { readonly claims: Readonly<Record<string, unknown>>; readonly fault: null }
  | { readonly claims: null; readonly fault: 'malformed' | 'header' | 'type' | 'algorithm' | 'key' | 'signature' };

/** RFC 9101 §10.8 names the second; the type of anything else says it was made for something else (RFC 8725 §3.11). */
const TYPES: ReadonlySet<string> = new Set(['jwt', 'oauth-authz-req+jwt']);

/**
 * What a client signed with one of its own keys. The algorithm is the registered one and never what the token says; `jku`, `jwk`,
 * `x5u` and `x5c` are not looked at (CLI-4, CLI-5).
 *
 * It does not say whom it was made for, nor that it is new: that is in the claims.
 *
 * @throws {Outage} when a key set could not be looked at.
 */
export async function verifyClientJwt(compact: string, client: ClientMetadata, algorithm: string, ports: ClientJwtPorts): Promise<ClientJwt> {
  const decoded = ports.signatures.decode(compact);
  if (decoded === null) return { claims: null, fault: 'malformed' };
  const { alg, kid = null, typ = 'JWT' } = decoded.header;
  if ('crit' in decoded.header || 'zip' in decoded.header || !isKid(kid)) return { claims: null, fault: 'header' };
  if (typeof typ !== 'string' || !TYPES.has(typ.toLowerCase().replace(/^application\//, ''))) return { claims: null, fault: 'type' };
  if (alg !== algorithm) return { claims: null, fault: 'algorithm' };
  const key = await keyOf(client, kid, algorithm, ports);
  if (key === null) return { claims: null, fault: 'key' };
  return ports.signatures.verifySignature(compact, key, algorithm) ? { claims: decoded.claims, fault: null } : { claims: null, fault: 'signature' };
}

/** OIDC Core §10.1.1: a `kid` that is not in a published set may be new; the set is fetched again, once. */
async function keyOf(client: ClientMetadata, kid: string | null, algorithm: string, { clients, keySets }: ClientJwtPorts) {
  const known = selectAssertionKey(client.keys, kid, algorithm);
  if (known !== null || client.jwksUri === null) return known;
  await keySets.refresh(client.clientId);
  return selectAssertionKey((await clients.find(client.clientId))?.keys ?? [], kid, algorithm);
}

function isKid(kid: unknown): kid is string | null {
  return kid === null || (typeof kid === 'string' && kid.length > 0 && kid.length <= KID_LENGTH_MAX);
}
