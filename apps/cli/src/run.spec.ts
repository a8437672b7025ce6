import { createHash } from 'node:crypto';
import { ListKeys, type RequestContract, RevokeKey, RewrapKeys, RotateClientSecret, RotateKey } from '@tessera/contracts';
import { Incident } from '@tessera/messaging';
import { Outage } from '@tessera/vocabulary';
import { CommandFailure } from './exit-code.js';
import { readOperatorSettings } from './operator-settings.js';
import { fakeClients, fakeServices, FakeSurroundings, sealingKeyPair } from './testing.js';

const CLIENT = {
  clientId: 'shop',
  name: 'Shop',
  enabled: true,
  authenticationMethod: 'client_secret_basic',
  grantTypes: ['client_credentials'],
  managedBy: 'file',
  profile: 'openid',
  assertionAlgorithm: null,
  scope: ['orders.read'],
  resources: ['https://api.example.com/orders'],
  defaultResource: 'https://api.example.com/orders',
  accessTokenLifetimeSeconds: null,
  jwksUri: null,
  secrets: [{ createdAt: '2026-01-01T00:00:00.000Z', expiresAt: null }],
  keySet: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};
const KEY = {
  kid: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
  purpose: 'sign',
  algorithm: 'ES256',
  state: 'active',
  revoked: false,
  keyEncryptionKey: 'kek-1',
  createdAt: '2026-01-01T00:00:00.000Z',
  publishedAt: '2026-01-01T00:00:00.000Z',
  activatedAt: '2026-01-01T01:00:00.000Z',
  retiringAt: null,
  removeAfter: null,
  removedAt: null,
};

const keys = (contract: RequestContract, answer: unknown) =>
  new FakeSurroundings({ services: fakeServices(new Map([[contract, () => answer]])) });

describe('Ours: the command line tessera', () => {
  it.each([[['--help']], [['help']], [['apply', '--help']]])('%j prints how it is used', async (words) => {
    const at = keys(ListKeys, {});
    expect(await at.run(...words)).toBe(0);
    expect(at.out[0]).toBe('tessera: administer the provider');
  });

  it.each([
    ['no command', [], 'tessera: administer the provider'],
    ['an unknown command', ['clients', 'ls'], 'tessera: there is no command "clients ls"; see tessera --help'],
    ['half a command', ['client'], 'tessera: there is no command "client"; see tessera --help'],
    ['a name every object has', ['constructor'], 'tessera: there is no command "constructor"; see tessera --help'],
    ['a missing argument', ['client', 'show'], 'tessera: tessera client show: the client_id is missing; see tessera --help'],
    [
      'one argument too many',
      ['keys', 'status', 'x'],
      'tessera: tessera keys status: "x" is one argument too many; see tessera --help',
    ],
    [
      'an unknown option',
      ['keys', 'status', '--force'],
      "tessera: tessera keys status: Unknown option '--force'; see tessera --help",
    ],
    [
      'an option without its value',
      ['apply', 'a.yaml', '--secrets-out'],
      /^tessera: tessera apply: Option '--secrets-out <value>' argument missing; see/,
    ],
    ['no file', ['apply'], 'tessera: tessera apply: a file is missing; see tessera --help'],
  ])('refuses %s with one line', async (_case, words, line) => {
    const at = keys(ListKeys, {});
    expect(await at.run(...words)).toBe(2);
    if (typeof line === 'string') expect(at.err[0]).toBe(line);
    else expect(at.err[0]).toMatch(line);
    expect(at.connections).toBe(0);
  });
});

describe('Ours: tessera client', () => {
  it('list prints a table, and with --json the clients', async () => {
    const at = new FakeSurroundings({ services: fakeClients(CLIENT) });
    expect(await at.run('client', 'list')).toBe(0);
    expect(at.out).toEqual([
      'CLIENT_ID  METHOD               GRANTS              MANAGED BY  STATE    NAME',
      'shop       client_secret_basic  client_credentials  file        enabled  Shop',
    ]);
    at.out.length = 0;
    await at.run('client', 'list', '--json');
    expect(JSON.parse(at.out.join(''))).toMatchObject([{ clientId: 'shop' }]);
  });

  it('show prints the client in the names of a declaration', async () => {
    const at = new FakeSurroundings({ services: fakeClients(CLIENT) });
    expect(await at.run('client', 'show', 'shop')).toBe(0);
    expect(at.out).toContain(`${'token_endpoint_auth_method'.padEnd(48)}client_secret_basic`);
    expect(at.out).toContain(`${'secrets'.padEnd(48)}since 2026-01-01T00:00:00.000Z`);
  });

  it('show prints what a client registered for signing people in, so that it can be declared', async () => {
    const registration = { redirectUris: ['https://a.example/cb', 'https://b.example/cb'], firstParty: true, defaultMaxAgeSeconds: 60 };
    const at = new FakeSurroundings({ services: fakeClients({ ...CLIENT, grantTypes: ['authorization_code'], registration }) });
    await at.run('client', 'show', 'shop');
    const line = (name: string, value: string) => `${name.padEnd(48)}${value}`;
    expect(at.out).toEqual(
      expect.arrayContaining([
        line('redirect_uris', 'https://a.example/cb https://b.example/cb'),
        line('post_logout_redirect_uris', '-'),
        line('require_pushed_authorization_requests', 'false'),
        line('require_pkce', 'true'),
        line('first_party', 'true'),
        line('default_max_age', '60'),
        line('subject_type', 'public'),
        line('logo_uri', '-'),
      ]),
    );
  });

  it('show of a client nobody knows ends with 3', async () => {
    const at = new FakeSurroundings({ services: fakeClients(null) });
    expect(await at.run('client', 'show', 'nobody')).toBe(3);
    expect(at.err).toEqual(['tessera: there is no client "nobody"; see tessera client list']);
  });

  it('rotate-secret shows the new secret once and says how long the old one works', async () => {
    const services = fakeClients(CLIENT);
    const at = new FakeSurroundings({ services });
    expect(await at.run('client', 'rotate-secret', 'shop', '--overlap-seconds', '60')).toBe(0);
    expect(at.out[0]).toBe('shop has a new secret; the one before works until 2026-01-01T01:00:00.000Z');
    const secret = at.out.at(-1)?.trim().split(' ').at(-1) ?? '';
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(services.asked[1]).toMatchObject({
      clientId: 'shop',
      overlapSeconds: 60,
      sealed: null,
      actor: { kind: 'operator', name: 'ada' },
    });
    expect(JSON.stringify(services.asked)).not.toContain(secret);
  });

  it('rotate-secret seals the secret of a client that signs with it', async () => {
    const services = fakeClients({ ...CLIENT, authenticationMethod: 'client_secret_jwt', assertionAlgorithm: 'HS256' });
    const at = new FakeSurroundings({ services, sealingKey: async () => sealingKeyPair().sealing });
    expect(await at.run('client', 'rotate-secret', 'shop')).toBe(0);
    expect(services.asked[1]).toMatchObject({ digest: null, sealed: expect.stringMatching(/^eyJ/), overlapSeconds: 3600 });
  });

  it('rotate-secret takes a given secret and does not show it', async () => {
    const at = new FakeSurroundings({ services: fakeClients(CLIENT) });
    at.environment = { NEW: 'Zk3y0bS0mP1Q9c7Jv5x2LwT8rN4uEiAo' };
    expect(await at.run('client', 'rotate-secret', 'shop', '--from-environment', 'NEW')).toBe(0);
    expect(at.out).toHaveLength(1);
  });

  it.each([
    [
      'a client without a secret',
      { ...CLIENT, authenticationMethod: 'none' },
      [],
      2,
      'tessera: shop has no secret: it uses none',
    ],
    [
      'an overlap that is no number',
      CLIENT,
      ['--overlap-seconds', '1h'],
      2,
      'tessera: --overlap-seconds takes whole seconds between 0 and 2592000',
    ],
    [
      'an overlap above 30 days',
      CLIENT,
      ['--overlap-seconds', '2592001'],
      2,
      'tessera: --overlap-seconds takes whole seconds between 0 and 2592000',
    ],
    [
      'two sources',
      CLIENT,
      ['--from-environment', 'A', '--from-file', 'b'],
      2,
      'tessera: --from-environment and --from-file are both given; keep one of them',
    ],
    ['a variable that is not set', CLIENT, ['--from-environment', 'A'], 2, 'tessera: the variable A is not set'],
    ['a client nobody knows', null, [], 3, 'tessera: there is no client "shop"; see tessera client list'],
  ])('rotate-secret refuses %s', async (_case, client, words, status, line) => {
    const services = fakeClients(client);
    const at = new FakeSurroundings({ services });
    expect(await at.run('client', 'rotate-secret', 'shop', ...words)).toBe(status);
    expect(at.err).toEqual([line]);
    expect(services.asked.filter((one) => typeof one === 'object' && one !== null && 'overlapSeconds' in one)).toEqual([]);
  });

  it('rotate-secret says why it was refused', async () => {
    const at = new FakeSurroundings({ services: fakeClients(CLIENT, { outcome: 'unknown_client' }) });
    expect(await at.run('client', 'rotate-secret', 'shop')).toBe(1);
    expect(at.err).toEqual(['tessera: the secret of shop was not rotated: it does not exist any more']);
  });
});

describe('Ours: a rotation whose answer never came', () => {
  /** Authorization stops answering for the first `lost` times it is asked to rotate. */
  function losing(lost: number, failure: Error = new Outage('authorization', 'no answer in time')) {
    const services = fakeClients(CLIENT);
    const { call } = services;
    let rotations = 0;
    services.call = async (contract, request, context) => {
      const reply = await call(contract, request, context);
      if (contract.subject !== RotateClientSecret.subject) return reply;
      rotations += 1;
      if (rotations <= lost) throw failure;
      return reply;
    };
    const asked = () => services.asked.slice(1).map((one) => RotateClientSecret.request.parse(one));
    return { at: new FakeSurroundings({ services }), asked };
  }

  it('is asked about again under the same key, so that the secret in force is the one shown', async () => {
    const { at, asked } = losing(2);
    expect(await at.run('client', 'rotate-secret', 'shop')).toBe(0);
    expect(at.out.at(-1)).toMatch(/^ {2}shop {2}[A-Za-z0-9_-]{43}$/);
    expect(asked()).toHaveLength(3);
    expect(new Set(asked().map((one) => JSON.stringify(one))).size).toBe(1);
    expect(at.pauses).toEqual([500, 1_000]);
  });

  it('MUST hand out the secret that may be in force when it stays unknown', async () => {
    const { at, asked } = losing(3);
    expect(await at.run('client', 'rotate-secret', 'shop')).toBe(4);
    expect(asked()).toHaveLength(3);
    const secret = /^ {2}shop {2}(\S{43})$/.exec(at.out.at(-1) ?? '')?.[1] ?? '';
    expect(createHash('sha256').update(secret).digest('base64url')).toBe(asked()[0]?.digest);
    expect(at.out[0]).toMatch(/MAY BE IN FORCE/);
    expect(at.err).toEqual([
      'tessera: authorization: no answer in time; it is not known whether the secret of shop was rotated, see tessera client show shop before rotating again',
    ]);
  });

  it('keeps the secret before in the file, beside the one that may be in force', async () => {
    const { at } = losing(3);
    at.file('s.json', JSON.stringify({ shop: { client_secret: 'before' }, other: { client_secret: 'x' } }));
    expect(await at.run('client', 'rotate-secret', 'shop', '--secrets-out', 's.json')).toBe(4);
    const kept = JSON.parse(at.written.get('s.json') ?? 'null');
    expect(kept).toEqual({
      shop: { client_secret: 'before', may_be_in_force: [expect.stringMatching(/^\S{43}$/)] },
      other: { client_secret: 'x' },
    });
    expect(at.out).toEqual([]);
    expect(at.err[0]).toBe('tessera: s.json has the secrets made, as may_be_in_force');
  });

  it('with --json says so in one object', async () => {
    const { at } = losing(3);
    expect(await at.run('client', 'rotate-secret', 'shop', '--json')).toBe(4);
    expect(JSON.parse(at.out.join(''))).toEqual({ outcome: 'unknown', may_be_in_force: { shop: expect.stringMatching(/^\S{43}$/) } });
  });

  it('does not show a secret the person brought', async () => {
    const { at } = losing(3);
    at.environment = { NEW: 'Zk3y0bS0mP1Q9c7Jv5x2LwT8rN4uEiAo' };
    expect(await at.run('client', 'rotate-secret', 'shop', '--from-environment', 'NEW')).toBe(4);
    expect(at.out).toEqual([]);
  });

  it('a service that failed may have carried it out: handed out, and not asked again', async () => {
    const { at, asked } = losing(1, new Incident('i-1', 'authorization'));
    expect(await at.run('client', 'rotate-secret', 'shop')).toBe(1);
    expect(asked()).toHaveLength(1);
    expect(at.out.at(-1)).toMatch(/^ {2}shop {2}\S{43}$/);
  });
});

describe('Ours: tessera keys', () => {
  it('status prints the keys and what wraps them', async () => {
    const at = keys(ListKeys, { keys: [KEY], keyEncryptionKeys: [{ id: 'kek-1', active: true, wrapped: 5 }] });
    expect(await at.run('keys', 'status')).toBe(0);
    expect(at.out).toEqual([
      'PURPOSE  ALGORITHM  STATE   SINCE                     WRAPPED BY  KID',
      'sign     ES256      active  2026-01-01T01:00:00.000Z  kek-1       NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
      '',
      'KEY-ENCRYPTION KEY  STATE   KEYS WRAPPED',
      'kek-1               active  5',
    ]);
  });

  it.each([
    ['rotated', KEY, 0, [`${KEY.kid} is active; the key before it is retiring`], []],
    ['scheduled', KEY, 0, [`${KEY.kid} is made; it becomes active once it has been published long enough`], []],
    ['unknown_key_type', null, 3, [], ['tessera: there are no sign keys for ES256; see tessera keys status']],
    ['never_rotated', null, 2, [], ['tessera: keys for sign are never rotated: everything made with them would be lost']],
  ])('rotate answered with %s', async (outcome, key, status, out, err) => {
    const at = keys(RotateKey, { outcome, key });
    expect(await at.run('keys', 'rotate', 'sign', 'ES256')).toBe(status);
    expect([at.out, at.err]).toEqual([out, err]);
  });

  it.each([
    ['revoked', KEY, 0],
    ['unknown', null, 3],
    ['never_revoked', null, 2],
  ])('revoke answered with %s', async (outcome, successor, status) => {
    const at = keys(RevokeKey, { outcome, successor });
    expect(await at.run('keys', 'revoke', 'k', '--yes')).toBe(status);
  });

  it.each([
    [null, 'tessera: revoking a key ends every token it signed; repeat with --yes'],
    ['n', 'tessera: nothing was changed'],
  ])('revoke is confirmed: %j', async (answer, line) => {
    const at = keys(RevokeKey, { outcome: 'revoked', successor: null });
    at.answer = answer;
    expect(await at.run('keys', 'revoke', 'k')).toBe(2);
    expect(at.err).toEqual([line]);
    expect(at.connections).toBe(0);
  });

  it('rewrap goes on until nothing is left', async () => {
    const batches = [3, 3, 1].map((rewrapped, index) => ({
      rewrapped,
      remaining: [4, 1, 0][index],
      activeKeyEncryptionKey: 'kek-2',
    }));
    const at = new FakeSurroundings({
      services: fakeServices(new Map<RequestContract, () => unknown>([[RewrapKeys, () => batches.shift()]])),
    });
    expect(await at.run('keys', 'rewrap')).toBe(0);
    expect(at.out).toEqual(['7 keys rewrapped; all keys are under kek-2']);
  });

  it('rewrap stops when a batch gets nowhere', async () => {
    const at = keys(RewrapKeys, { rewrapped: 0, remaining: 2, activeKeyEncryptionKey: 'kek-2' });
    expect(await at.run('keys', 'rewrap')).toBe(1);
    expect(at.err).toEqual(['tessera: 2 keys cannot be rewrapped; look into the log of key-management']);
  });

  it('rewrap --dry-run asks once and changes nothing', async () => {
    const at = keys(RewrapKeys, { rewrapped: 0, remaining: 2, activeKeyEncryptionKey: 'kek-2' });
    expect(await at.run('keys', 'rewrap', '--dry-run')).toBe(0);
    expect(at.out).toEqual(['2 keys are not under kek-2; nothing was changed']);
  });
});

describe('Ours: settings of the command line (decision 10)', () => {
  const SEED = `SU${'A'.repeat(56)}`;
  const NKEY = `U${'A'.repeat(55)}`;
  const nowhere = () => Promise.reject(new Error('ENOENT'));
  const all = { NATS_URL: 'nats://127.0.0.1:4222', NATS_SEED: SEED, KEY_MANAGEMENT_NKEY: NKEY };

  it('come from the environment', async () => {
    expect(await readOperatorSettings(all, nowhere)).toEqual({
      natsUrl: 'nats://127.0.0.1:4222',
      seed: SEED,
      keyManagementNkeys: [NKEY],
    });
  });

  it('or from the file of the launcher', async () => {
    const file = { natsUrl: 'nats://127.0.0.1:4222', seed: SEED, keyManagementNkeys: [NKEY] };
    const asked: string[] = [];
    const read = async (path: string) => (asked.push(path), JSON.stringify(file));
    expect(await readOperatorSettings({}, read)).toEqual(file);
    expect(await readOperatorSettings({ TESSERA_OPERATOR_FILE: '/elsewhere.json' }, read)).toEqual(file);
    expect(asked).toEqual(['.data/operator.json', '/elsewhere.json']);
  });

  it.each([
    [
      'nothing at all',
      {},
      nowhere,
      /^NATS_URL is missing and there is no \.data\/operator\.json; set NATS_URL, NATS_SEED and KEY_MANAGEMENT_NKEY, or start/,
    ],
    ['a file that is no JSON', {}, async () => '{', /^\.data\/operator\.json cannot be used; start the provider anew/],
    ['a file of something else', {}, async () => '{}', /^\.data\/operator\.json cannot be used/],
    ['a missing seed', { ...all, NATS_SEED: undefined }, nowhere, /^NATS_SEED is missing; set it, or NATS_SEED_FILE/],
    ['a wrong address', { ...all, NATS_URL: 'http://127.0.0.1' }, nowhere, /^NATS_URL is wrong: expected nats:/],
    ['a seed that is none', { ...all, NATS_SEED: 'hunter2' }, nowhere, /^NATS_SEED is wrong: expected an nkey user seed/],
    ['a wrong pinned nkey', { ...all, KEY_MANAGEMENT_NKEY: 'x' }, nowhere, /^KEY_MANAGEMENT_NKEY is wrong/],
  ])('%s is one line that names the variable and the cure', async (_case, environment, read, line) => {
    const failure = await readOperatorSettings(environment, read).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CommandFailure);
    expect(failure).toMatchObject({ exitCode: 2, message: expect.stringMatching(line) });
    expect(String(failure)).not.toContain('hunter2');
  });
});
