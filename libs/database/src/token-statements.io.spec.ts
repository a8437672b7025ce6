import { createHash, randomUUID } from 'node:crypto';
import { authorityOver } from '@tessera/vocabulary';
import { DATABASE_ROLES } from '../../testing/src/postgres.js';
import { useDatabase } from '../../testing/src/postgres-suite.js';
import { Queries } from './queries.js';
import { loadStatements } from './statements.js';

const [, TOKEN] = DATABASE_ROLES;
const suite = useDatabase();
const RESOURCE = 'https://api.example.com/orders';

const queries = () => new Queries(suite.pool(TOKEN), loadStatements('token'));
const hash = (text: string) => createHash('sha256').update(text).digest();

async function newClient(): Promise<string> {
  const id = randomUUID();
  await suite.owner.query(
    "INSERT INTO client (id, name, authentication_method, grant_types, scope, resources, managed_by) VALUES ($1, 'x', 'client_secret_basic', '{}', '{}', '{}', 'api')",
    [id],
  );
  return id;
}

interface Token {
  readonly jti: string;
  readonly clientId: string;
  readonly lifetimeSeconds: number;
  readonly confirmation: string | null;
}

const insert = (tokens: readonly Token[]) =>
  queries().run('insert-opaque-access-tokens', [
    tokens.map(({ jti }) => hash(jti)),
    tokens.map(({ jti }) => jti),
    tokens.map(({ clientId }) => clientId),
    tokens.map(() => 'client'),
    tokens.map(({ clientId }) => clientId),
    tokens.map(() => JSON.stringify(authorityOver(['orders.read'], [RESOURCE]))),
    tokens.map(({ confirmation }) => confirmation),
    tokens.map(({ lifetimeSeconds }) => lifetimeSeconds),
    tokens.map(() => null),
  ]);

/** An opaque token of a new client, that lives. */
async function issued(change: Partial<Token> = {}): Promise<Token> {
  const token = { jti: randomUUID(), clientId: await newClient(), lifetimeSeconds: 600, confirmation: null, ...change };
  await insert([token]);
  return token;
}

const live = async (jti: string) => (await queries().run('find-live-opaque-access-token', [hash(jti)])).length === 1;
const audited = async (subject: string) =>
  (await suite.owner.query<{ action: string; actor_kind: string; actor_name: string }>('SELECT action, actor_kind, actor_name FROM token_audit_event WHERE subject = $1 ORDER BY id', [subject])).rows;

describe('I2, I9 opaque tokens are issued with their audit', () => {
  it('MUST commit a row and an audit event for each token of a batch', async () => {
    const tokens = await Promise.all(Array.from({ length: 5 }, async () => ({ jti: randomUUID(), clientId: await newClient(), lifetimeSeconds: 600, confirmation: null })));
    await insert(tokens);
    for (const { jti, clientId } of tokens) {
      expect(await live(jti)).toBe(true);
      expect(await audited(jti)).toEqual([{ action: 'opaque-access-token.issued', actor_kind: 'client', actor_name: clientId }]);
    }
  });

  it('answers with what was granted, dated by the database', async () => {
    const { jti, clientId } = await issued({ lifetimeSeconds: 90, confirmation: '{"jkt":"thumb"}' });
    const [row] = await queries().run('find-live-opaque-access-token', [hash(jti)]);
    const { rows } = await suite.owner.query<{ now: number }>('SELECT extract(epoch FROM now())::float8 AS now');
    expect(row).toEqual({
      jti,
      clientId,
      subjectKind: 'client',
      subjectId: clientId,
      grantId: null,
      actor: null,
      authority: authorityOver(['orders.read'], [RESOURCE]),
      confirmation: { jkt: 'thumb' },
      issuedAt: expect.any(Number),
      expiresAt: expect.any(Number),
    });
    const { issuedAt, expiresAt } = row as { issuedAt: number; expiresAt: number };
    expect(expiresAt - issuedAt).toBe(90);
    expect(Math.abs(issuedAt - (rows[0]?.now ?? 0))).toBeLessThan(30);
  });
});

describe('Decision 3: a token lives while its row and its client do', () => {
  it.each([
    ['it is past', 'UPDATE opaque_access_token SET expires_at = now() WHERE jti = $1', 'jti'],
    ['it is revoked', 'UPDATE opaque_access_token SET revoked_at = now() WHERE jti = $1', 'jti'],
    ['its client is disabled', 'UPDATE client SET enabled = false WHERE id = $1', 'clientId'],
    ['its client is gone', 'DELETE FROM client WHERE id = $1', 'clientId'],
    ['it belongs to a grant that is not there', 'UPDATE opaque_access_token SET grant_id = gen_random_uuid() WHERE jti = $1', 'jti'],
  ] as const)('MUST not when %s', async (_title, statement, by) => {
    const token = await issued();
    expect(await live(token.jti)).toBe(true);
    await suite.owner.query(statement, [token[by]]);
    expect(await live(token.jti)).toBe(false);
  });
});

describe('RFC 7009 revoking an opaque token', () => {
  const revoke = async (jti: string, clientId: string) => (await queries().run('revoke-opaque-access-token', [hash(jti), clientId]))[0];

  it('MUST end it at once, and audit it once however often it is asked for', async () => {
    const { jti, clientId } = await issued();
    expect(await Promise.all([1, 2, 3].map(() => revoke(jti, clientId)))).toEqual([{ outcome: 'revoked' }, { outcome: 'revoked' }, { outcome: 'revoked' }]);
    expect(await live(jti)).toBe(false);
    expect((await audited(jti)).map(({ action }) => action)).toEqual(['opaque-access-token.issued', 'opaque-access-token.revoked']);
  });

  it('MUST not touch the token of another client', async () => {
    const { jti } = await issued();
    expect(await revoke(jti, await newClient())).toEqual({ outcome: 'foreign' });
    expect(await live(jti)).toBe(true);
    expect(await audited(jti)).toHaveLength(1);
  });

  it('tells nothing of a token that is not there', async () => {
    expect(await revoke('nothing', await newClient())).toBeUndefined();
  });
});

describe('Decision 3: a client_credentials JWT lives while nobody revoked it and its client lives', () => {
  const LATER = 4_000_000_000;
  const alive = async (jti: string, clientId: string, exp = LATER) => (await queries().run('find-live-jti', [jti, clientId, exp])).length === 1;

  it('MUST not live once it is revoked, past, or its client is disabled or gone', async () => {
    const [jti, clientId] = [randomUUID(), await newClient()];
    expect(await alive(jti, clientId)).toBe(true);
    expect(await alive(jti, clientId, 1_000_000_000)).toBe(false);
    await queries().run('revoke-jti', [jti, clientId, LATER]);
    expect(await alive(jti, clientId)).toBe(false);
    expect(await alive('another', clientId)).toBe(true);
    await suite.owner.query('UPDATE client SET enabled = false WHERE id = $1', [clientId]);
    expect(await alive('another', clientId)).toBe(false);
    expect(await alive('another', 'nobody')).toBe(false);
  });

  it('MUST be revoked and audited once by many at once', async () => {
    const [jti, clientId] = [randomUUID(), await newClient()];
    await Promise.all(Array.from({ length: 5 }, () => queries().run('revoke-jti', [jti, clientId, LATER])));
    expect(await audited(jti)).toEqual([{ action: 'jwt-access-token.revoked', actor_kind: 'client', actor_name: clientId }]);
    const { rows } = await suite.owner.query('SELECT extract(epoch FROM expires_at)::float8 AS exp FROM revoked_jti WHERE jti = $1', [jti]);
    expect(rows).toEqual([{ exp: LATER }]);
  });
});

describe('F30 what is past is removed in bounded steps, and nothing else', () => {
  it('MUST remove opaque tokens an hour after their end', async () => {
    const [old, older, recent] = [await issued(), await issued(), await issued()];
    await suite.owner.query("UPDATE opaque_access_token SET expires_at = now() - interval '61 minutes' WHERE jti = ANY ($1)", [[old.jti]]);
    await suite.owner.query("UPDATE opaque_access_token SET expires_at = now() - interval '2 days' WHERE jti = ANY ($1)", [[older.jti]]);
    await suite.owner.query("UPDATE opaque_access_token SET expires_at = now() - interval '59 minutes' WHERE jti = $1", [recent.jti]);
    expect(await queries().run('remove-expired-opaque-access-tokens', [1])).toEqual([{ jti: older.jti }]);
    expect(await queries().run('remove-expired-opaque-access-tokens', [100])).toEqual([{ jti: old.jti }]);
    expect(await queries().run('remove-expired-opaque-access-tokens', [100])).toEqual([]);
  });

  it('MUST remove revoked jtis an hour after their end', async () => {
    const { rows } = await suite.owner.query<{ now: number }>('SELECT floor(extract(epoch FROM now()))::float8 AS now');
    const now = rows[0]?.now ?? 0;
    for (const [jti, exp] of [['old', now - 3_700], ['recent', now - 3_500]] as const) await queries().run('revoke-jti', [jti, 'c', exp]);
    expect(await queries().run('remove-expired-revoked-jtis', [100])).toEqual([{ jti: 'old' }]);
  });

  it('leaves to the next time what somebody holds', async () => {
    const token = await issued();
    await suite.owner.query("UPDATE opaque_access_token SET expires_at = now() - interval '2 days' WHERE jti = $1", [token.jti]);
    const holder = await suite.owner.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM opaque_access_token WHERE jti = $1 FOR UPDATE', [token.jti]);
    expect(await queries().run('remove-expired-opaque-access-tokens', [100])).toEqual([]);
    await holder.query('ROLLBACK');
    holder.release();
    expect(await queries().run('remove-expired-opaque-access-tokens', [100])).toEqual([{ jti: token.jti }]);
  });
});
