import { EXAMPLE_KEYS } from '@tessera/protocol/client-key-set/testing';
import type { RegisteredClientId } from '@tessera/vocabulary';
import { newHandle } from '../session/index.js';
import { ACTOR, digestOf } from '../testing.js';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { CALLBACK, edge, reasonOf, registering, text } from './testing.js';

const db = useDatabase();
const { replica, rows, count, empty, initialToken, registered } = registering(db);
beforeEach(async () => void (await empty()));

const SECTOR = 'https://sector.example/uris.json';

describe('RFC 7591 §3 registration in PostgreSQL', () => {
  it('answers 201 with what is stored, and keeps digests of what it told (GEN-5)', async () => {
    const { status, body, id, access, service } = await registered({ client_name: 'Shop', contacts: ['ops@client.example.org'] });
    expect(status).toBe(201);
    expect(body).toMatchObject({ client_name: 'Shop', client_secret_expires_at: 0, registration_client_uri: `https://as.example.com/register/${id}`, contacts: ['ops@client.example.org'] });
    expect(await rows('SELECT id, name, managed_by, enabled, profile, resources, grant_types FROM client')).toEqual([
      { id, name: 'Shop', managed_by: 'registration', enabled: true, profile: 'openid', resources: [], grant_types: ['authorization_code'] },
    ]);
    expect(await rows('SELECT digest FROM client_secret')).toEqual([{ digest: digestOf(text(body, 'client_secret')) }]);
    const everything = JSON.stringify([await rows('SELECT * FROM client_registration'), await rows('SELECT * FROM authorization_audit_event'), await rows('SELECT * FROM client_secret')]);
    expect(everything).not.toContain(access);
    expect(everything).not.toContain(text(body, 'client_secret'));
    expect(await rows('SELECT action, subject FROM authorization_audit_event ORDER BY id')).toEqual([
      { action: 'initial-access-token.created', subject: expect.any(String) },
      { action: 'client.registered', subject: id },
    ]);
    expect(service.announced).toHaveLength(1);
  });

  it('CLI-3 seals the secret of a client that signs with it', async () => {
    const { body, id, service } = await registered({ token_endpoint_auth_method: 'client_secret_jwt', token_endpoint_auth_signing_alg: 'HS512' });
    const [row] = await rows('SELECT digest, sealed FROM client_secret');
    expect(row?.['digest']).toBeNull();
    expect(await service.registration.registrations.configure({ ...edge(text(body, 'registration_access_token'), 'PUT') }, id, { client_id: id, redirect_uris: [CALLBACK], token_endpoint_auth_method: 'client_secret_jwt', client_secret: body['client_secret'] })).toMatchObject({ status: 200 });
  });

  it('has no secret for a public client, and keys by value or to be fetched', async () => {
    expect((await registered({ token_endpoint_auth_method: 'none' })).body['client_secret']).toBeUndefined();
    await registered({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [EXAMPLE_KEYS.p256] } });
    await registered({ token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://client.example.org/jwks' });
    expect(await count('client_secret')).toBe(0);
    expect(await rows('SELECT source, jsonb_array_length(keys) AS keys FROM client_key_set ORDER BY source')).toEqual([{ source: 'uri', keys: 0 }, { source: 'value', keys: 1 }]);
  });

  it('OIDC Registration §5 fetches the sector, and stores nothing unless it lists the redirect URIs', async () => {
    const service = replica();
    const document = (uris: unknown) => service.hosts.answers.set(SECTOR, { outcome: 'answered', status: 200, body: new TextEncoder().encode(JSON.stringify(uris)), headers: {} });
    const members = { subject_type: 'pairwise', sector_identifier_uri: SECTOR };
    document(['https://other.example/cb']);
    expect(await reasonOf(registered(members, service))).toBe('client_registration.sector_identifier_uri');
    expect(await count('client')).toBe(0);
    document([CALLBACK]);
    expect((await registered(members, service)).body).toMatchObject({ sector_identifier_uri: SECTOR, subject_type: 'pairwise' });
  });
});

describe('RFC 7592 §2 the client configuration endpoint', () => {
  const at = (id: RegisteredClientId, token: string | null, method = 'GET', metadata: Record<string, unknown> | null = null) =>
    replica().registration.registrations.configure(edge(token, method), id, metadata);

  it('reads what is registered, without secret and token', async () => {
    const { id, access, body } = await registered({ initiate_login_uri: 'https://client.example.org/login' });
    const answer = await at(id, access);
    const { client_secret: _secret, client_secret_expires_at: _end, registration_access_token: _token, ...rest } = body;
    expect(answer).toEqual({ status: 200, body: rest, headers: {} });
  });

  it('REG-7 MUST NOT be opened by the token of another client, by an initial access token, or without one', async () => {
    const [mine, theirs] = [await registered(), await registered()];
    const { token } = await initialToken();
    for (const presented of [theirs.access, token, newHandle(), null]) {
      for (const method of ['GET', 'PUT', 'DELETE']) expect(await reasonOf(at(mine.id, presented, method, { client_id: mine.id, redirect_uris: [CALLBACK] }))).toBe('client_registration.access_token');
    }
    expect(await count('client')).toBe(2);
  });

  it('replaces all of it, and the token with it (REG-7); what is left out falls back (RFC 7592 §2.2)', async () => {
    const { id, access, body } = await registered({ client_name: 'Shop', logo_uri: 'https://client.example.org/logo' });
    const answer = await at(id, access, 'PUT', { ...body, client_name: 'Store', logo_uri: null });
    expect(answer.body).toMatchObject({ client_name: 'Store', client_id: id, client_id_issued_at: body['client_id_issued_at'] });
    expect(answer.body).not.toHaveProperty('logo_uri');
    expect(answer.body).not.toHaveProperty('client_secret');
    expect(await count('client_secret')).toBe(1);
    expect(await reasonOf(at(id, access))).toBe('client_registration.access_token');
    expect((await at(id, text(answer.body, 'registration_access_token'))).body).toMatchObject({ client_name: 'Store' });
  });

  it('REG-8 forgets what people agreed to, for it was another registration', async () => {
    const [mine, other] = [await registered(), await registered()];
    await db.owner.query("INSERT INTO account (id, managed_by) VALUES ('usr_AAAAAAAAAAAAAAAAAAAAAA', 'api') ON CONFLICT DO NOTHING");
    await db.owner.query("INSERT INTO consent (account_id, client_id, authority, expires_at) SELECT 'usr_AAAAAAAAAAAAAAAAAAAAAA', id, '{}', now() + interval '1 day' FROM client");
    await at(mine.id, mine.access, 'PUT', { client_id: mine.id, redirect_uris: ['https://elsewhere.example/cb'] });
    expect(await rows('SELECT client_id FROM consent')).toEqual([{ client_id: other.id }]);
  });

  it('of two updates with one token the first is the only one (I1)', async () => {
    const { id, access } = await registered();
    const names = ['a', 'b', 'c', 'd', 'e'];
    const answers = await Promise.allSettled(names.map((client_name) => at(id, access, 'PUT', { client_id: id, redirect_uris: [CALLBACK], client_name })));
    expect(answers.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    const winner = names[answers.findIndex((one) => one.status === 'fulfilled')];
    expect(await rows('SELECT name FROM client')).toEqual([{ name: winner }]);
  });

  it.each<[string, (id: string) => Record<string, unknown>, string]>([
    ['another client_id', () => ({ client_id: 'rc_AAAAAAAAAAAAAAAAAAAAAA', redirect_uris: [CALLBACK] }), 'client_registration.client_id'],
    ['no client_id', () => ({ redirect_uris: [CALLBACK] }), 'client_registration.client_id'],
    ['a secret that is not its own', (client_id) => ({ client_id, redirect_uris: [CALLBACK], client_secret: 'x' }), 'client_registration.client_secret'],
    ['a secret that is no text', (client_id) => ({ client_id, redirect_uris: [CALLBACK], client_secret: 1 }), 'client_registration.client_secret'],
    ['a state that could not be registered (REG-6)', (client_id) => ({ client_id, redirect_uris: [CALLBACK], grant_types: ['password'] }), 'client_registration.grant_types'],
    ['redirect URIs that were there and are left out', (client_id) => ({ client_id }), 'client_registration.redirect_uris'],
  ])('MUST refuse %s, and change nothing', async (_case, metadata, reason) => {
    const { id, access } = await registered();
    const before = [await rows('SELECT xmin, * FROM client'), await rows('SELECT xmin, * FROM client_registration')];
    expect(await reasonOf(at(id, access, 'PUT', metadata(id)))).toBe(reason);
    expect([await rows('SELECT xmin, * FROM client'), await rows('SELECT xmin, * FROM client_registration')]).toEqual(before);
  });

  it('REG-5 MUST NOT give by an update what registration does not give', async () => {
    const { id, access } = await registered();
    await at(id, access, 'PUT', { client_id: id, redirect_uris: [CALLBACK], first_party: true, enabled: false, profile: 'fapi2', resources: ['urn:x'], managed_by: 'file' });
    expect(await rows("SELECT enabled, profile, resources, managed_by, registration ->> 'firstParty' AS first, registration ->> 'verified' AS verified FROM client")).toEqual([
      { enabled: true, profile: 'openid', resources: [], managed_by: 'registration', first: 'false', verified: 'false' },
    ]);
  });

  it('CLI-3 gives a new secret where the method needs another form, and takes it away where it needs none', async () => {
    const first = await registered();
    const put = async (access: string, members: Record<string, unknown>) => await at(first.id, access, 'PUT', { client_id: first.id, redirect_uris: [CALLBACK], ...members });
    const signing = await put(first.access, { token_endpoint_auth_method: 'client_secret_jwt' });
    expect(text(signing.body, 'client_secret')).not.toBe(first.body['client_secret']);
    expect(await rows('SELECT digest FROM client_secret')).toEqual([{ digest: null }]);
    const open = await put(text(signing.body, 'registration_access_token'), { token_endpoint_auth_method: 'none' });
    expect(await count('client_secret')).toBe(0);
    await put(text(open.body, 'registration_access_token'), { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [EXAMPLE_KEYS.p256] } });
    expect(await rows('SELECT source FROM client_key_set')).toEqual([{ source: 'value' }]);
  });

  it('keeps keys that were fetched from an address that stays', async () => {
    const members = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://client.example.org/jwks' };
    const { id, access } = await registered(members);
    await db.owner.query('UPDATE client_key_set SET keys = $1::jsonb, fetched_at = now()', [JSON.stringify([EXAMPLE_KEYS.p256])]);
    const answer = await at(id, access, 'PUT', { client_id: id, redirect_uris: [CALLBACK], ...members });
    expect(await rows('SELECT jsonb_array_length(keys) AS keys FROM client_key_set')).toEqual([{ keys: 1 }]);
    await at(id, text(answer.body, 'registration_access_token'), 'PUT', { client_id: id, redirect_uris: [CALLBACK], ...members, jwks_uri: 'https://client.example.org/other' });
    expect(await rows('SELECT jsonb_array_length(keys) AS keys FROM client_key_set')).toEqual([{ keys: 0 }]);
  });

  it('RFC 7592 §2.3 deletes the client and all that belongs to it', async () => {
    const { id, access } = await registered();
    expect(await at(id, access, 'DELETE')).toEqual({ status: 204, body: null, headers: {} });
    expect([await count('client'), await count('client_secret'), await count('client_registration')]).toEqual([0, 0, 0]);
    expect(await reasonOf(at(id, access))).toBe('client_registration.access_token');
    expect(await rows(`SELECT id FROM client_change WHERE id = '${id}'`)).toHaveLength(1);
  });

  it('REG-6 a client that was taken out of use MUST NOT be read, changed, deleted or brought back by its token', async () => {
    const { id, access, service } = await registered();
    expect(await service.registration.states.change({ actor: ACTOR, clientId: id, state: 'disabled' })).toEqual({ outcome: 'changed' });
    for (const method of ['GET', 'PUT', 'DELETE']) expect(await reasonOf(at(id, access, method, { client_id: id, redirect_uris: [CALLBACK], enabled: true }))).toBe('client_registration.disabled');
    expect(await rows('SELECT enabled FROM client')).toEqual([{ enabled: false }]);
    expect(await service.registration.states.change({ actor: ACTOR, clientId: id, state: 'enabled' })).toEqual({ outcome: 'changed' });
    expect((await at(id, access)).status).toBe(200);
  });

  it('decision 17 an operator takes registered clients away, and leaves those of files alone', async () => {
    const { id, service } = await registered();
    await db.owner.query("INSERT INTO client (id, name, authentication_method, grant_types, scope, resources, managed_by) VALUES ('declared', 'x', 'none', '{}', '{}', '{}', 'file')");
    const { states } = service.registration;
    expect(await states.change({ actor: ACTOR, clientId: 'declared', state: 'deleted' })).toEqual({ outcome: 'managed_elsewhere' });
    expect(await states.change({ actor: ACTOR, clientId: id, state: 'enabled' })).toEqual({ outcome: 'unchanged' });
    expect(await states.change({ actor: ACTOR, clientId: id, state: 'deleted' })).toEqual({ outcome: 'changed' });
    expect(await states.change({ actor: ACTOR, clientId: id, state: 'deleted' })).toEqual({ outcome: 'unknown_client' });
    expect(await rows('SELECT id FROM client')).toEqual([{ id: 'declared' }]);
  });
});
