import { silentLogger } from '@tessera/observability';
import { declaredClient, declaredResource } from '@tessera/protocol/declaration/testing';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { Outage } from '@tessera/vocabulary';
import { applyRequest, authorizationOn, clientSecretKey, digestOf, SECRET } from '../testing.js';
import { LeasedSecretSeals, SecretResealing } from './index.js';

const db = useDatabase();

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, client_secret, client_key_set, resource, client_change, authorization_audit_event CASCADE');
});

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;

/** Clients with sealed secrets, all to the key `cs-1`. */
async function sealedClients(count: number) {
  const authorization = authorizationOn(db.pool('tessera_authorization'));
  const { keys, applying, queries } = authorization;
  const clients = await Promise.all(
    Array.from({ length: count }, async (_, index) =>
      declaredClient({
        clientId: `c${index}`,
        authenticationMethod: 'client_secret_jwt',
        secret: { mode: 'exact', sealed: keys.seal(`c${index}`, `${SECRET}${index}`) },
      }),
    ),
  );
  expect((await applying.apply(applyRequest({ resources: [declaredResource()], clients }))).outcome).toBe('applied');
  const seals = new LeasedSecretSeals(keys);
  return { ...authorization, seals, resealing: () => new SecretResealing(queries, seals, keys, silentLogger) };
}

describe('Ours (decision 1): sealed secrets move to the present client-secret key', () => {
  it('does nothing while the key is the same', async () => {
    const { resealing } = await sealedClients(2);
    const before = await rows('SELECT xmin, * FROM client_secret ORDER BY id');
    expect(await resealing().run()).toEqual({ moved: 0, lost: 0 });
    expect(await rows('SELECT xmin, * FROM client_secret ORDER BY id')).toEqual(before);
  });

  it('seals every one anew after a rotation, so that the old key is not needed any more', async () => {
    const { resealing, keys, seals } = await sealedClients(120);
    const [old] = keys.keys;
    const present = clientSecretKey('cs-2');
    if (old === undefined) throw new Error('no key');
    keys.keys = [present, old];
    expect(await resealing().run()).toEqual({ moved: 120, lost: 0 });
    keys.keys = [present];
    const stored = await rows('SELECT client_id, sealed, sealing_kid FROM client_secret');
    expect(new Set(stored.map((one) => one.sealing_kid))).toEqual(new Set(['cs-2']));
    for (const { client_id: clientId, sealed } of stored) {
      expect(await seals.fingerprint(String(sealed))).toBe(digestOf(`${SECRET}${String(clientId).slice(1)}`));
    }
  }, 20_000);

  it('replicas that do it together do each row once', async () => {
    const { resealing, keys } = await sealedClients(60);
    keys.keys = [clientSecretKey('cs-2'), ...keys.keys];
    const runs = await Promise.all([resealing().run(), resealing().run(), resealing().run()]);
    expect(runs.reduce((sum, one) => sum + one.moved, 0)).toBe(60);
    expect(
      await rows(`SELECT count(*)::int AS n FROM authorization_audit_event WHERE action = 'client-secret.resealed'`),
    ).toEqual([{ n: 60 }]);
  }, 20_000);

  it('reports what no key opens any more, and is not stopped by it', async () => {
    const { resealing, keys, seals } = await sealedClients(3);
    const present = clientSecretKey('cs-3');
    keys.keys = [present];
    const [row] = await rows('SELECT id FROM client_secret LIMIT 1');
    await db.owner.query('DELETE FROM client_secret WHERE id <> $1', [row?.id]);
    expect(await resealing().run()).toEqual({ moved: 0, lost: 1 });
    expect(await seals.fingerprint(String((await rows('SELECT sealed FROM client_secret'))[0]?.sealed))).toBeNull();
  });

  it('a value that was moved to another client is not sealed anew for it', async () => {
    const { resealing, keys } = await sealedClients(2);
    await db.owner.query(
      `UPDATE client_secret SET sealed = (SELECT sealed FROM client_secret WHERE client_id = 'c0') WHERE client_id = 'c1'`,
    );
    keys.keys = [clientSecretKey('cs-2'), ...keys.keys];
    expect(await resealing().run()).toEqual({ moved: 1, lost: 1 });
    expect(await rows("SELECT client_id FROM client_secret WHERE sealing_kid = 'cs-2'")).toEqual([{ client_id: 'c0' }]);
  });

  it('without a lease it is an outage and nothing happens', async () => {
    const { queries, keys } = await sealedClients(1);
    const published = { sealingKey: () => clientSecretKey('cs-2').sealing };
    const away = new LeasedSecretSeals({
      openingKeys: () => {
        throw new Outage('key-lease', 'there is no valid lease');
      },
    });
    await expect(new SecretResealing(queries, away, published, silentLogger).run()).rejects.toThrow(Outage);
    expect(await rows('SELECT sealing_kid FROM client_secret')).toEqual([{ sealing_kid: keys.sealingKey().kid }]);
  });
});
