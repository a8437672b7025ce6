import { beforeAll } from '@jest/globals';
import { decodeJws } from '@tessera/jose';
import { resource, webClient } from '@tessera/protocol/client/testing';
import { basic, secretDigest } from '@tessera/protocol/client-authentication/testing';
import type { EndpointReply } from '@tessera/protocol/edge';
import { members } from '@tessera/protocol/token-request/testing';
import { useDatabase } from '../../../libs/testing/src/postgres-suite.js';
import { declare, deploymentKeys, register, type ReplicaOptions, tokenReplica } from './testing.js';
import { Authorization, signIn, type SigningIn } from './testing-user-grants.js';

/** The issuer's keys of every replica of a spec file. */
export const KEYS = deploymentKeys();
/** A resource with JWT access tokens. */
export const ORDERS = 'https://api.example.com/orders';
/** A resource with opaque access tokens. */
export const VAULT = 'https://api.example.com/vault';
/** A confidential client with everything usual. */
export const WEB = 's6BhdRkqt3';

const SECRET = 'Zk3y0bS0mP1Q9c7Jv5x2LwZk3y0bS0mP1Q9c7Jv5x2L';
/** What a token request for a code has beside the code (RFC 7636 Appendix B). */
export const REDIRECT = { grant_type: 'authorization_code', redirect_uri: 'https://client.example.org/cb', code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' };

/** Authenticates a confidential client of these specs. */
export const as = (clientId: string) => basic(clientId, SECRET);
/** A text in a reply. */
export const text = (reply: EndpointReply, name: string) => String(members(reply)[name]);
/** The Authorization header of whoever has the reply's access token. */
export const bearer = (reply: EndpointReply) => `Bearer ${text(reply, 'access_token')}`;
/** What a JWT says. */
export const claimsOf = (compact: string): Readonly<Record<string, unknown>> => decodeJws(compact)?.claims ?? {};

/** A database with clients and resources, and replicas with an authorization beside them where people sign in. */
export function useSignIn() {
  const suite = useDatabase();

  beforeAll(async () => {
    await declare(suite.owner, resource({ identifier: ORDERS, introspectedBy: ['orders-api'] }));
    await declare(suite.owner, resource({ identifier: VAULT, tokenFormat: 'opaque', introspectedBy: ['orders-api'] }));
    const [secretDigests, resources] = [[secretDigest(SECRET)], [ORDERS, VAULT]];
    const registered = [
      webClient({}, { secretDigests, resources }),
      webClient({}, { clientId: 'another', secretDigests }),
      webClient({}, { clientId: 'app', authenticationMethod: 'none' }),
      webClient({}, { clientId: 'no-refresh', secretDigests, grantTypes: ['authorization_code'] }),
      webClient({ idTokenSigningAlgorithm: 'ES256', userinfoSigningAlgorithm: 'RS256' }, { clientId: 'signed', secretDigests }),
      webClient({}, { clientId: 'fapi', secretDigests, profile: 'fapi2' }),
      webClient({ firstParty: true }, { clientId: 'legacy', secretDigests, resources, grantTypes: ['password', 'refresh_token'] }),
      webClient({}, { clientId: 'orders-api', secretDigests, grantTypes: [], scope: [] }),
    ];
    for (const one of registered) await register(suite.owner, one);
  });

  const deployment = async (options: ReplicaOptions = {}) => {
    const authorization = new Authorization();
    const replica = await tokenReplica(suite.pool('tessera_token'), KEYS, { call: authorization.call, ...options });
    const token = (clientId: string, fields: Record<string, string>) =>
      clientId === 'app' ? replica.token({ ...fields, client_id: 'app' }) : replica.token(fields, as(clientId));
    const signedIn = async (clientId = WEB, how: SigningIn = {}, fields: Record<string, string> = {}) => {
      const person = await signIn(suite.owner, clientId, how);
      const code = authorization.code(person.grant);
      const reply = await token(clientId, { ...REDIRECT, code, ...fields });
      return { ...person, code, reply, refreshToken: text(reply, 'refresh_token') };
    };
    const refresh = (refreshToken: string, clientId = WEB, fields: Record<string, string> = {}) =>
      token(clientId, { grant_type: 'refresh_token', refresh_token: refreshToken, ...fields });
    return { ...replica, authorization, signedIn, refresh };
  };
  const familyOf = async (grantId: string) =>
    (await suite.owner.query<Record<string, unknown>>('SELECT * FROM refresh_family WHERE grant_id = $1', [grantId])).rows[0] ?? {};
  return { suite, deployment, familyOf };
}
