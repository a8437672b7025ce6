import { type ClientId, type Clock, OAuthError, RequestObjectSigningAlgorithm } from '@tessera/vocabulary';
import type { ClientMetadata, ClientProfile } from '../client/index.js';
import { type AssertionSignatures, type ClientKeySets, type Clients, selectAssertionKey } from '../client-authentication/index.js';
import type { ReadRequestObject } from './read-request-object.js';
import { validateRequestObject } from './validate-request-object.js';

/** Everything outside that request objects need. */
export interface RequestObjectPorts {
  /** The issuer identifier: the audience of request objects. */
  readonly issuer: string;
  readonly clients: Clients;
  readonly keySets: ClientKeySets;
  readonly signatures: Pick<AssertionSignatures, 'decode' | 'verifySignature'>;
  readonly clock: Pick<Clock, 'epochSeconds'>;
}

/** FAPI 1 Advanced §8.6, FAPI 2.0 Security §5.4.1, OIDC Core §6.1: what may be used where the client registered none. */
const ALGORITHMS = {
  openid: RequestObjectSigningAlgorithm.options,
  'fapi1-advanced': ['PS256', 'ES256'],
  'fapi-ciba': ['PS256', 'ES256'],
  fapi2: ['PS256', 'ES256', 'EdDSA'],
} as const satisfies Record<ClientProfile, readonly RequestObjectSigningAlgorithm[]>;

/**
 * RFC 9101 §6.2, §6.3: the object is one of this client, for this issuer, at this time. Claims first, because they cost nothing.
 *
 * @throws {OAuthError} `request_object.*`. @throws {Outage} when a port cannot answer: nothing is decided without it.
 */
export async function verifyRequestObject(object: ReadRequestObject, client: ClientMetadata, ports: RequestObjectPorts): Promise<void> {
  const algorithm = acceptedAlgorithm(object, client);
  validateRequestObject(object.claims, client, { issuer: ports.issuer, now: ports.clock.epochSeconds() });
  const key = await keyOf(object, algorithm, client, ports);
  if (key === null) throw new OAuthError('request_object.key', { clientId: client.clientId });
  if (!ports.signatures.verifySignature(object.compact, key, algorithm)) throw new OAuthError('request_object.signature', { clientId: client.clientId });
}

/**
 * RFC 8725 §3.1: the registration says how the client signs; where it says nothing, its profile (RFC 9101 §10.5). Unsigned objects
 * are none of this provider's features (OIDC Core §6.1), and a fault where the client said that it signs.
 */
function acceptedAlgorithm({ algorithm }: ReadRequestObject, { clientId, profile, registration }: ClientMetadata): RequestObjectSigningAlgorithm {
  const { requestObjectSigningAlgorithm: registered, requireSignedRequestObject } = registration;
  if (algorithm === 'none' && registered === null && !requireSignedRequestObject && profile === 'openid') {
    throw new OAuthError('request_object.unsigned_not_supported', { clientId });
  }
  const allowed: readonly RequestObjectSigningAlgorithm[] = registered === null ? ALGORITHMS[profile] : [registered];
  const accepted = allowed.find((one) => one === algorithm);
  if (accepted === undefined) throw new OAuthError('request_object.algorithm', { clientId });
  return accepted;
}

/** OIDC Core §10.1.1: a `kid` that is not in the set may be one the client has rolled over to; the set is fetched once more. */
async function keyOf({ kid }: ReadRequestObject, algorithm: string, client: ClientMetadata, { clients, keySets }: RequestObjectPorts) {
  const known = selectAssertionKey(client.keys, kid, algorithm);
  if (known !== null || client.jwksUri === null) return known;
  await keySets.refresh(client.clientId);
  return selectAssertionKey(await keysOf(client.clientId, clients), kid, algorithm);
}

async function keysOf(clientId: ClientId, clients: Clients): Promise<ClientMetadata['keys']> {
  const client = await clients.find(clientId);
  return client?.enabled === true ? client.keys : [];
}
