import { loadStatements, Queries, SqlReplayLedger } from '@tessera/database';
import { silentLogger } from '@tessera/observability';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { TokenMaintenance } from './token-maintenance.js';

const suite = useDatabase();

describe('Ours: what is past gives back its space, in PostgreSQL', () => {
  it('removes tokens and revocations an hour after their end, and nothing else', async () => {
    await suite.owner.query(`
      INSERT INTO opaque_access_token (token_hash, jti, client_id, subject_kind, subject_id, authority, expires_at)
      SELECT sha256(i::text::bytea), 'jti-' || i, 'c', 'client', 'c', '{}', now() + (i - 1500) * interval '1 second' - interval '1 hour'
        FROM generate_series(1, 3000) i`);
    await suite.owner.query(`INSERT INTO revoked_jti (jti, expires_at) VALUES ('past', now() - interval '2 hours'), ('recent', now() - interval '10 minutes')`);
    const queries = new Queries(suite.pool('tessera_token'), loadStatements('token'));
    const { rows } = await new TokenMaintenance(queries, new SqlReplayLedger(queries), silentLogger).run();
    expect(rows).toBeGreaterThanOrEqual(1500);
    const left = await suite.owner.query("SELECT count(*) FILTER (WHERE expires_at < now() - interval '1 hour 5 seconds')::int AS past, count(*)::int AS all FROM opaque_access_token");
    expect(left.rows[0]?.past).toBe(0);
    expect(left.rows[0]?.all).toBeGreaterThan(1400);
    expect((await suite.owner.query('SELECT jti FROM revoked_jti')).rows).toEqual([{ jti: 'recent' }]);
  });

  it('removes families of refresh tokens a day after their absolute end, tokens first, in bounded statements', async () => {
    await suite.owner.query(`
      INSERT INTO refresh_family (id, grant_id, client_id, user_grant, idle_expires_at, expires_at, revoked_at, revoke_reason)
      SELECT gen_random_uuid(), gen_random_uuid(), name, '{}', now(), now() - age::interval, now(), 'reused'
        FROM (VALUES ('past', '26 hours'), ('kept: a token of it may live', '24 hours'), ('idle', '-1 hour')) f (name, age)`);
    await suite.owner.query(`
      INSERT INTO refresh_generation (token_hash, family_id, generation)
      SELECT sha256((id::text || n)::bytea), id, n FROM refresh_family, generate_series(0, 2499) n`);
    const queries = new Queries(suite.pool('tessera_token'), loadStatements('token'));
    expect(await queries.run('remove-expired-refresh-families', [10])).toEqual([]);
    expect(await queries.run('remove-expired-refresh-generations', [1_000])).toHaveLength(1_000);
    await new TokenMaintenance(queries, new SqlReplayLedger(queries), silentLogger).run();
    const left = await suite.owner.query(`
      SELECT client_id, (SELECT count(*)::int FROM refresh_generation WHERE family_id = f.id) AS tokens FROM refresh_family f ORDER BY 1`);
    expect(left.rows).toEqual([{ client_id: 'idle', tokens: 2_500 }, { client_id: 'kept: a token of it may live', tokens: 2_500 }]);
  });
});
