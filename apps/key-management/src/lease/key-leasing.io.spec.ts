import { type KeyPurpose, LESSEES } from '@tessera/protocol/key-lease';
import { ServiceName } from '@tessera/vocabulary';
import { identityOf, lessee } from '../testing.js';
import { OPERATOR, useKeyDatabase } from '../testing-database.js';

const database = useKeyDatabase();

describe('KEY-7 leases on a real database', () => {
  it('give a lessee keys it can use, and only as long as they are not retired', async () => {
    const management = await database.settled();
    const lease = lessee(management, 'token', ['sign', 'client-secret', 'derivation', 'pairwise']);
    await lease.start();
    const before = lease.signingKey('ES256');
    expect(before.kid).toBe(await database.activeKid());
    expect((['client-secret', 'derivation', 'pairwise'] as const).map((purpose) => lease.openingKeys(purpose).length)).toEqual([1, 1, 1]);
    await management.rotation.rotate({ purpose: 'sign', algorithm: 'ES256', idempotencyKey: 'request-number-one', whenPublished: false, actor: OPERATOR });
    const next = lessee(management, 'token', ['sign']);
    await next.start();
    expect(next.signingKey('ES256').kid).toBe(await database.activeKid());
    expect(next.openingKeys('sign').map(({ kid }) => kid)).not.toContain(before.kid);
  });

  const PURPOSES = Object.keys(LESSEES) as KeyPurpose[];
  const pairs = ServiceName.options.flatMap((service) => PURPOSES.map((purpose) => [service, purpose] as const));
  it('MUST be given for the allowed pairs of service and purpose and refused for every other (NAT-3)', async () => {
    const management = await database.settled();
    const given = await Promise.all(
      pairs.map(async ([service, purpose]) => {
        const refused = await lessee(management, service, [purpose]).start().then(() => null, (error: { cause: { reason: string } }) => error.cause.reason);
        return [service, purpose, refused];
      }),
    );
    const allowed = (service: ServiceName, purpose: KeyPurpose) => (LESSEES[purpose] as readonly ServiceName[]).includes(service);
    expect(given).toEqual(pairs.map(([service, purpose]) => [service, purpose, allowed(service, purpose) ? null : 'key_lease.purpose_not_allowed']));
  });

  it('MUST be refused as a whole when one purpose is not allowed', async () => {
    const lease = lessee(await database.settled(), 'device-ciba', ['derivation', 'sign']);
    await expect(lease.start()).rejects.toMatchObject({ cause: { reason: 'key_lease.purpose_not_allowed' } });
  });

  it.each([
    ['signed by another service', { seed: identityOf('gateway').seed }, 'key_lease.foreign_nkey'],
    ['with a swapped ephemeral key', { bend: (message: { payload: string }) => ({ ...message, payload: message.payload.replace(/"x":"....../, '"x":"AAAAAA') }) }, 'key_lease.bad_signature'],
    ['with more purposes than were signed', { bend: (message: { payload: string }) => ({ ...message, payload: message.payload.replace('["derivation"]', '["derivation","sign"]') }) }, 'key_lease.bad_signature'],
    ['under the name of another nkey', { bend: (message: object) => ({ ...message, nkey: identityOf('authorization').nkey }) }, 'key_lease.foreign_nkey'],
  ])('MUST be refused when the request is %s, and the refusal is recorded once', async (_case, given, reason) => {
    const management = await database.settled();
    for (let time = 0; time < 3; time += 1) {
      await expect(lessee(management, 'token', ['derivation'], given as object).start()).rejects.toMatchObject({ cause: { reason } });
    }
    const { rows: recorded } = await database.owner.query('SELECT service, outcome, kids FROM lease_audit');
    expect(recorded).toEqual([{ service: 'token', outcome: reason, kids: [] }]);
  });

  it('are audited with the keys they gave: once an hour, and at once when the keys are others', async () => {
    const management = await database.settled();
    for (let time = 0; time < 5; time += 1) await lessee(management, 'token', ['sign']).start();
    await lessee(management, 'token', ['sign'], { instance: 'token-2' }).start();
    await management.rotation.rotate({ purpose: 'sign', algorithm: 'ES256', idempotencyKey: 'request-number-one', whenPublished: false, actor: OPERATOR });
    await lessee(management, 'token', ['sign']).start();
    const { rows: recorded } = await database.owner.query<{ instance: string; kids: string[]; nkey: string }>('SELECT instance, kids, nkey FROM lease_audit ORDER BY id');
    expect(recorded.map(({ instance }) => instance)).toEqual(['token-1', 'token-2', 'token-1']);
    expect([recorded[0]?.kids.length, recorded[2]?.kids.includes(await database.activeKid()), recorded[0]?.nkey]).toEqual([2, true, identityOf('token').nkey]);
    await management.leases.removeOldAudit();
    expect((await database.owner.query('SELECT FROM lease_audit')).rowCount).toBe(3);
  });

  it('MUST be given to openers before a key is active, so that nobody is handed what it cannot open', async () => {
    const management = await database.settled();
    await management.rotation.rotate({ purpose: 'password-transport', algorithm: 'ECDH-ES+A256KW', idempotencyKey: 'request-number-one', whenPublished: true, actor: OPERATOR });
    const lease = lessee(management, 'authorization', ['password-transport']);
    await lease.start();
    expect(lease.openingKeys('password-transport').map(({ use }) => use)).toEqual(['active', 'published']);
  });
});
