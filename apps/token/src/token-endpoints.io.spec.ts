import { hash } from 'node:crypto';
import { decodeJws, verifyJws } from '@tessera/jose';
import { client, resource } from '@tessera/protocol/client/testing';
import {
  assertionClaims,
  assertionKey,
  authenticated,
  basic,
  secretDigest,
  signed,
} from '@tessera/protocol/client-authentication/testing';
import type { EndpointReply } from '@tessera/protocol/edge';
import { members } from '@tessera/protocol/token-request/testing';
import { useDatabase } from '../../../libs/testing/src/postgres-suite.js';
import { OAuthError, Outage, systemClock } from '@tessera/vocabulary';
import { declare, deploymentKeys, ISSUER, register, tokenReplica } from './testing.js';

const suite = useDatabase();
const KEYS = deploymentKeys();
const SECRET = 'Zk3y0bS0mP1Q9c7Jv5x2LwZk3y0bS0mP1Q9c7Jv5x2L';
const CLIENT_KEY = assertionKey('k1');
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const OPAQUE = 'https://api.example.com/vault';
const ORDERS = 'https://api.example.com/orders';
const both = { resources: [ORDERS, OPAQUE], secretDigests: [secretDigest(SECRET)] };

beforeAll(async () => {
  await declare(suite.owner, resource({ introspectedBy: ['orders-api'] }));
  await declare(suite.owner, resource({ identifier: OPAQUE, tokenFormat: 'opaque', introspectedBy: ['orders-api'] }));
  const sealed = await KEYS.seal({ clientId: 'by-mac', secret: SECRET });
  const clients = [
    client(both),
    client({ ...both, clientId: 'orders-api' }),
    client({ ...both, clientId: 'stranger' }),
    client({ ...both, clientId: 'short-lived' }),
    client({ ...both, clientId: 'by-key', authenticationMethod: 'private_key_jwt', assertionAlgorithm: 'ES256', keys: [CLIENT_KEY.jwk], secretDigests: [] }),
    client({ ...both, clientId: 'by-mac', authenticationMethod: 'client_secret_jwt', assertionAlgorithm: 'HS256', sealedSecrets: [sealed], secretDigests: [] }),
  ];
  for (const one of clients) await register(suite.owner, one);
});

const replica = () => tokenReplica(suite.pool('tessera_token'), KEYS);
const as = (clientId: string) => basic(clientId, SECRET);
const ID = 's6BhdRkqt3';
const tokenIn = (reply: EndpointReply) => String(members(reply)['access_token']);
const now = () => systemClock.epochSeconds();
const byAssertion = (assertion: string) => ({ client_assertion_type: JWT_BEARER, client_assertion: assertion });
const rowCount = async (table: string) => (await suite.owner.query(`SELECT FROM ${table}`)).rowCount;

describe('RFC 6749 §4.4 a JWT for client_credentials', () => {
  it('is signed by the leased key and says what RFC 9068 wants', async () => {
    const { token } = await replica();
    const compact = tokenIn(await token({ scope: 'orders.read' }, as(ID)));
    expect(verifyJws(compact, KEYS.published, 'ES256')).toBe(true);
    expect(decodeJws(compact)?.claims).toMatchObject({ iss: ISSUER, aud: ORDERS, sub: ID, client_id: ID, scope: 'orders.read' });
  });

  it('Ours (decision 4): makes no database round trip and writes no row', async () => {
    const one = await replica();
    await one.token({}, as(ID));
    const [before, rows] = [one.queries.asked.length, await rowCount('token_audit_event')];
    for (let i = 0; i < 20; i += 1) await one.token({}, as(ID));
    expect(one.queries.asked.slice(before).filter((name) => name !== 'read-client-changes')).toEqual([]);
    expect(await rowCount('token_audit_event')).toBe(rows);
  });

  it('is not issued without a valid lease (decision 1)', async () => {
    const { token, lease } = await replica();
    lease.valid = false;
    await expect(token({}, as(ID))).rejects.toBeInstanceOf(Outage);
  });

  it('is active for whom its resource trusts, and dead on every replica once revoked (TOK-3)', async () => {
    const [one, two] = [await replica(), await replica()];
    const token = tokenIn(await one.token({}, as(ID)));
    expect((await two.introspect({ token }, as('orders-api'))).body).toMatchObject({ active: true, client_id: ID, aud: ORDERS });
    expect((await two.introspect({ token }, as('stranger'))).body).toEqual({ active: false });

    await expect(one.revoke({ token }, as('stranger'))).rejects.toEqual(new OAuthError('revocation.foreign_token'));
    expect((await two.introspect({ token }, as('orders-api'))).body).toMatchObject({ active: true });

    expect(await one.revoke({ token }, as(ID))).toMatchObject({ status: 200, body: null });
    expect((await two.introspect({ token }, as('orders-api'))).body).toEqual({ active: false });
    expect(await two.revoke({ token }, as(ID))).toMatchObject({ status: 200 });
    const { rows } = await suite.owner.query('SELECT action, actor_name FROM token_audit_event WHERE subject = $1', [decodeJws(token)?.claims['jti']]);
    expect(rows).toEqual([{ action: 'jwt-access-token.revoked', actor_name: ID }]);
  });
});

describe('RFC 6749 §1.4 an opaque token', () => {
  it('is stored by its SHA-256 with its audit event, and never itself (GEN-5, I9)', async () => {
    const { token } = await replica();
    const handle = tokenIn(await token({ resource: OPAQUE, scope: 'orders.read' }, as(ID)));
    expect(handle).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const { rows } = await suite.owner.query(
      'SELECT t.*, extract(epoch FROM expires_at - issued_at)::int AS lifetime, a.action FROM opaque_access_token t JOIN token_audit_event a ON a.subject = t.jti WHERE token_hash = $1',
      [hash('sha256', handle, 'buffer')],
    );
    expect(rows).toEqual([
      expect.objectContaining({
        client_id: ID,
        subject_kind: 'client',
        subject_id: ID,
        authority: { version: 1, scope: ['orders.read'], resources: [OPAQUE], claims: {}, authorizationDetails: [] },
        confirmation: null,
        lifetime: 600,
        action: 'opaque-access-token.issued',
      }),
    ]);
    expect(JSON.stringify(rows)).not.toContain(handle);
  });

  it('is issued, introspected and revoked across replicas', async () => {
    const [one, two] = [await replica(), await replica()];
    const token = tokenIn(await one.token({ resource: OPAQUE }, as(ID)));
    const body = members(await two.introspect({ token }, as('orders-api')));
    expect(body).toEqual({
      active: true,
      scope: 'orders.read orders.write',
      client_id: ID,
      token_type: 'Bearer',
      iat: expect.any(Number),
      exp: Number(body['iat']) + 600,
      sub: ID,
      aud: OPAQUE,
      iss: ISSUER,
      jti: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
    });
    expect((await two.introspect({ token }, as('stranger'))).body).toEqual({ active: false });

    await expect(two.revoke({ token }, as('stranger'))).rejects.toEqual(new OAuthError('revocation.foreign_token'));
    expect((await one.introspect({ token }, as(ID))).body).toMatchObject({ active: true });

    expect(await two.revoke({ token, token_type_hint: 'refresh_token' }, as(ID))).toMatchObject({ status: 200 });
    expect((await one.introspect({ token }, as(ID))).body).toEqual({ active: false });
    expect(await one.revoke({ token }, as(ID))).toMatchObject({ status: 200 });
  });

  it('is dead at its end by the clock of the database, cleaned up or not (GEN-9)', async () => {
    const one = await replica();
    const token = tokenIn(await one.token({ resource: OPAQUE }, as('short-lived')));
    await suite.owner.query("UPDATE opaque_access_token SET expires_at = now() WHERE client_id = 'short-lived'");
    expect((await one.introspect({ token }, as('short-lived'))).body).toEqual({ active: false });
  });

  it('Ours: is one statement for all that one turn issues', async () => {
    const one = await replica();
    await one.token({ resource: OPAQUE }, as(ID));
    const before = one.queries.asked.length;
    const replies = await Promise.all(Array.from({ length: 50 }, () => one.token({ resource: OPAQUE }, as(ID))));
    expect(one.queries.asked.slice(before).filter((name) => name === 'insert-opaque-access-tokens')).toHaveLength(1);
    expect(new Set(replies.map(tokenIn)).size).toBe(50);
    const alive = await Promise.all(replies.map(async (reply) => members(await one.introspect({ token: tokenIn(reply) }, as(ID)))['active']));
    expect(alive).toEqual(Array.from({ length: 50 }, () => true));
  });

  it('is unknown under another name (GEN-4)', async () => {
    const one = await replica();
    expect((await one.introspect({ token: 'x'.repeat(43) }, as('orders-api'))).body).toEqual({ active: false });
    expect(await one.revoke({ token: 'x'.repeat(43) }, as(ID))).toMatchObject({ status: 200 });
  });
});

describe('RFC 7523 §3 item 7 an assertion is used once, in the whole deployment', () => {
  it('MUST have exactly one winner among 40 in parallel on two replicas, and none after a restart', async () => {
    const replicas = [await replica(), await replica()];
    const fields = byAssertion(signed(CLIENT_KEY, assertionClaims('by-key', { aud: ISSUER, exp: now() + 60, iat: now(), jti: 'raced' })));
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => replicas.map((one) => one.token(fields))).flat());
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = outcomes.flatMap((one) => (one.status === 'rejected' ? [String(one.reason.reason)] : []));
    expect(new Set(reasons)).toEqual(new Set(['client_authentication.assertion_replayed']));

    const restarted = await replica();
    await expect(restarted.token(fields)).rejects.toEqual(new OAuthError('client_authentication.assertion_replayed'));
    await expect(restarted.introspect({ ...fields, token: 'x' })).rejects.toEqual(new OAuthError('client_authentication.assertion_replayed'));
  });

  it('is not spent by a signature of another key', async () => {
    const one = await replica();
    const claims = assertionClaims('by-key', { aud: `${ISSUER}/token`, exp: now() + 60, iat: now(), jti: 'guarded' });
    const forged = signed({ ...assertionKey('k1'), jwk: CLIENT_KEY.jwk }, claims);
    await expect(one.token(byAssertion(forged))).rejects.toEqual(new OAuthError('client_authentication.assertion_signature'));
    await expect(one.token(byAssertion(signed(CLIENT_KEY, claims)))).resolves.toMatchObject({ status: 200 });
  });

  it('authenticates by a MAC with a secret that is sealed at rest', async () => {
    const one = await replica();
    const claims = (jti: string) => assertionClaims('by-mac', { aud: ISSUER, exp: now() + 60, iat: now(), jti });
    await expect(one.token(byAssertion(authenticated(SECRET, claims('m1'))))).resolves.toMatchObject({ status: 200 });
    await expect(one.token(byAssertion(authenticated(`${SECRET}x`, claims('m2'))))).rejects.toEqual(new OAuthError('client_authentication.assertion_signature'));
  });
});

describe('Ours (decision 3): liveness is a conjunction', () => {
  it('a disabled client gets no token, and none it has is active', async () => {
    await register(suite.owner, client({ ...both, clientId: 'fired' }));
    const one = await replica();
    const tokens = [tokenIn(await one.token({}, as('fired'))), tokenIn(await one.token({ resource: OPAQUE }, as('fired')))];
    await suite.owner.query("UPDATE client SET enabled = false WHERE id = 'fired'");
    const active = await Promise.all(tokens.map(async (token) => members(await one.introspect({ token }, as('orders-api')))['active']));
    expect(active).toEqual([false, false]);
    const restarted = await replica();
    await expect(restarted.token({}, as('fired'))).rejects.toEqual(new OAuthError('client_authentication.disabled_client'));
  });
});
