import { keyBytes, keyring, lessee, replica, WANTED } from '../testing.js';
import { OPERATOR, useKeyDatabase } from '../testing-database.js';

const database = useKeyDatabase();

describe('KEY-6 a stored key opens in its own row only', () => {
  it.each([
    ['the private part of another key', "UPDATE key k SET sealed_private = o.sealed_private, wrapped_data_key = o.wrapped_data_key FROM key o WHERE k.algorithm = 'ES256' AND o.algorithm = 'EdDSA'"],
    ['another purpose', "UPDATE key SET purpose = 'derivation' WHERE algorithm = 'ES256'"],
    ['another name', "UPDATE key SET kid = 'mine' WHERE algorithm = 'ES256'"],
    ['a changed bit', "UPDATE key SET sealed_private = set_byte(sealed_private, 40, get_byte(sealed_private, 40) # 1) WHERE algorithm = 'ES256'"],
  ])('MUST NOT open with %s', async (_case, tamper) => {
    await database.settled();
    await database.owner.query(tamper);
    const lease = lessee(replica(database.queries), 'token', ['sign', 'derivation']);
    await expect(lease.start()).rejects.toMatchObject({ cause: { name: 'Outage', dependency: 'key-encryption' } });
  });
});

describe('Ours: rotation of the key-encryption key', () => {
  const [first, second] = [keyBytes(), keyBytes()];
  const onlyFirst = () => keyring('kek-1', { 'kek-1': first });
  const both = () => keyring('kek-2', { 'kek-1': first, 'kek-2': second });
  const onlySecond = () => keyring('kek-2', { 'kek-2': second });

  it('needs the old key until everything is rewrapped, and not afterwards', async () => {
    await database.settled({ readKeyring: onlyFirst });
    const kid = await database.activeKid();
    await expect(replica(database.queries, { readKeyring: onlySecond }).checkEncryption()).rejects.toThrow(
      'key-encryption key "kek-1" is missing: keys are wrapped with it; put it back into KEY_ENCRYPTION_KEYRING',
    );

    const management = replica(database.queries, { readKeyring: both });
    await management.checkEncryption();
    expect(await management.rewrapping.rewrap({ actor: OPERATOR, dryRun: true })).toEqual({ rewrapped: 0, remaining: WANTED.length, activeKeyEncryptionKey: 'kek-2' });
    expect(await management.wrappings.counts()).toEqual([{ id: 'kek-1', wrapped: WANTED.length }]);
    expect(await management.rewrapping.rewrap({ actor: OPERATOR, dryRun: false })).toEqual({ rewrapped: WANTED.length, remaining: 0, activeKeyEncryptionKey: 'kek-2' });
    expect(await management.rewrapping.rewrap({ actor: OPERATOR, dryRun: false })).toMatchObject({ rewrapped: 0, remaining: 0 });
    expect(await database.audited('key.rewrapped')).toHaveLength(WANTED.length);
    expect([...(await management.wrappings.canaries()).keys()]).toEqual(['kek-2']);

    const restarted = await database.settled({ readKeyring: onlySecond });
    const lease = lessee(restarted, 'token', ['sign']);
    await lease.start();
    expect(lease.signingKey('ES256').kid).toBe(kid);
    await expect(replica(database.queries, { readKeyring: onlyFirst }).checkEncryption()).rejects.toThrow('key-encryption key "kek-2" is missing');
  });

  it('goes on with the keys that are left, on several replicas at once too', async () => {
    await database.settled({ readKeyring: onlyFirst });
    const management = replica(database.queries, { readKeyring: both });
    const [some] = await management.wrappings.toRewrap('kek-2', 1);
    if (some === undefined) throw new Error('nothing to rewrap');
    await management.wrappings.rewrap('kek-2', [{ kid: some.kid, wrapped: management.vault.rewrap(some), replaced: some.wrappedDataKey }], OPERATOR);
    const stale = [{ kid: some.kid, wrapped: Buffer.from('lost'), replaced: some.wrappedDataKey }];
    expect(await management.wrappings.rewrap('kek-2', stale, OPERATOR)).toBe(0);
    const outcomes = await Promise.all([1, 2, 3].map(() => replica(database.queries, { readKeyring: both }).rewrapping.rewrap({ actor: OPERATOR, dryRun: false })));
    expect(outcomes.reduce((sum, { rewrapped }) => sum + rewrapped, 0)).toBe(WANTED.length - 1);
    await expect(database.settled({ readKeyring: onlySecond })).resolves.toBeDefined();
  });

  it('finds a key that has the right id and other bytes, before anything is to be opened', async () => {
    await database.settled({ readKeyring: onlyFirst });
    await expect(replica(database.queries, { readKeyring: () => keyring('kek-1', { 'kek-1': second }) }).checkEncryption()).rejects.toThrow(
      'key-encryption key "kek-1" is not the one keys were wrapped with',
    );
  });

  it('lets one of two processes with different bytes under one id start', async () => {
    const checks = [first, second].map((bytes) => replica(database.queries, { readKeyring: () => keyring('kek-1', { 'kek-1': bytes }) }).checkEncryption());
    const outcomes = await Promise.allSettled(checks);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('F29 goes on with what was opened when the key goes away at run time, and heals without a restart', async () => {
    let current = onlyFirst;
    const management = await database.settled({ readKeyring: () => current() });
    await lessee(management, 'token', ['sign']).start();
    current = onlySecond;
    await expect(management.checkEncryption()).rejects.toThrow('"kek-1" is missing');
    await lessee(management, 'token', ['sign']).start();
    current = both;
    await management.checkEncryption();
  });
});
