import { externalAddress } from './external-addresses.mjs';
import { failureLine, LaunchFailure } from './failure.mjs';
import { parseOptions } from './options.mjs';
import { startPage } from './page.mjs';
import { choosePlayground, playgroundProcess, playgroundVariables } from './playground.mjs';
import { requireNode } from './requirements.mjs';
import { serviceEnvironments } from './service-environments.mjs';
import { inheritedEnvironment, plainLine } from './services.mjs';

describe('Ours: every failure of the start is one line with the cure', () => {
  it('joins the lines of a message', () => {
    expect(failureLine(new LaunchFailure('npm ci failed\n  because: check the network'))).toBe(
      'npm ci failed because: check the network',
    );
  });

  it.each([
    ['EACCES', /cannot use \/data\/x \(EACCES\): .*TESSERA_DATA_DIR/],
    ['EROFS', /\(EROFS\)/],
    ['ENOSPC', /disk is full/],
  ])('%s', (code, line) => {
    expect(failureLine(Object.assign(new Error('no'), { code, path: '/data/x' }))).toMatch(line);
  });

  it('shows no stack of an unforeseen one', () => {
    expect(failureLine(new TypeError('a\n   at b'))).toBe('unexpected: a (set TESSERA_DEBUG=1 to see where).');
  });

  it.each(['18.20.0', '20.18.9'])('Node.js %s is too old', (version) => {
    expect(() => requireNode(version)).toThrow(/too old: install 20\.19 or newer/);
  });

  it.each(['20.19.0', '20.20.2', '22.1.0', '24.0.0'])('Node.js %s will do', (version) => {
    expect(() => requireNode(version)).not.toThrow();
  });

  it.each([
    [['--nonsense'], /--help/],
    [['--token-replicas', '0'], /whole number from 1 to 16/],
    [['--token-replicas', 'two'], /whole number/],
  ])('options %j', (args, line) => {
    expect(() => parseOptions(args)).toThrow(line);
  });
});

describe('Ours: decision 11, an address in the environment comes first', () => {
  it('is taken apart for the look whether somebody answers', () => {
    expect(externalAddress('postgres', { DATABASE_URL: 'postgresql://o:p@[::1]/tessera' })).toMatchObject({
      host: '::1',
      port: 5432,
      variable: 'DATABASE_URL',
    });
    expect(externalAddress('nats', { NATS_URL: 'nats://bus:4333' })).toMatchObject({ host: 'bus', port: 4333 });
  });

  it.each(['postgres', 'redis', 'nats'])('%s: none named, or an empty one, means a private instance', (part) => {
    expect([externalAddress(part, {}), externalAddress(part, { DATABASE_URL: '', REDIS_URL: '', NATS_URL: '' })]).toEqual([
      null,
      null,
    ]);
  });

  it.each([
    ['postgres', { DATABASE_URL: 'here' }, /DATABASE_URL is not an address/],
    ['postgres', { DATABASE_URL: 'postgresql://o@db' }, /DATABASE_URL names no database/],
    ['redis', { REDIS_URL: 'http://r' }, /REDIS_URL must begin with redis:/],
    ['nats', { NATS_URL: 'postgresql://n/x' }, /NATS_URL must begin with nats:/],
  ])('%s %j is refused by name', (part, env, line) => {
    expect(() => externalAddress(part, env)).toThrow(line);
  });
});

describe('Ours: a service is told what it needs and nothing else', () => {
  it('gets no address or secret of the launcher, and the settings of its own only', () => {
    const env = {
      PATH: '/bin',
      DATABASE_URL: 'postgresql://owner:secret@db/x',
      NPM_TOKEN: 'secret',
      TRUSTED_PROXIES: '10.0.0.1',
      KEY_POLICY: '{}',
    };
    expect(inheritedEnvironment('token', env)).toEqual({ PATH: '/bin' });
    expect(inheritedEnvironment('gateway', env)).toEqual({ PATH: '/bin', TRUSTED_PROXIES: '10.0.0.1' });
    expect(inheritedEnvironment('key-management', env)).toEqual({ PATH: '/bin', KEY_POLICY: '{}' });
  });
});

describe('Ours: the playground', () => {
  it('gives the declaration its addresses, by its origin', () => {
    expect(playgroundVariables('http://127.0.0.1:4001')).toMatchObject({
      PLAYGROUND_REDIRECT_URIS: 'http://127.0.0.1:4001/callback',
      PLAYGROUND_SIGNED_OUT_URIS: 'http://127.0.0.1:4001/signed-out',
    });
  });

  it('is told where the provider is and nothing of the system behind it', () => {
    const data = { path: (name: string) => `/data/${name}` };
    const env = { PATH: '/bin', DATABASE_URL: 'secret', PLAYGROUND_HOST: '0.0.0.0' };
    const playground = { port: 3001, origin: 'http://127.0.0.1:3001' };
    expect(playgroundProcess({ root: '/repo', data, children: null, issuer: 'http://localhost:3000', playground, env, onDeath: null }).env).toEqual({
      PATH: '/bin',
      PLAYGROUND_HOST: '0.0.0.0',
      NODE_ENV: 'production',
      TESSERA_ISSUER: 'http://localhost:3000',
      PLAYGROUND_ORIGIN: 'http://127.0.0.1:3001',
      PLAYGROUND_PORT: '3001',
      DEMO_FILE: '/data/demo.json',
    });
  });

  it.each(['0', 'http', '70000'])('PLAYGROUND_PORT=%s is refused by name', async (port) => {
    await expect(choosePlayground({ env: { PLAYGROUND_PORT: port }, gatewayPort: 3000 })).rejects.toThrow(/^PLAYGROUND_PORT is/);
  });
});

describe('Ours: the password grant is on in the demo only', () => {
  const environmentOf = (demo: boolean, env: Record<string, string> = {}) => {
    const identities = { keepValue: () => '/f', seedFile: () => '/s', publicKey: () => 'U', publicKeys: () => ({}), keyringFile: () => '/k', passwordPepperFile: () => '/p', password: () => '' };
    const of = serviceEnvironments({ issuer: 'http://localhost:3000', port: 3000, postgres: { ownerUrl: 'postgresql://o@h/d' }, redis: { url: '' }, natsUrl: '', identities, logins: {}, env, demo, serviceEnv: {} });
    return ['token', 'gateway', 'authorization'].map((name) => of({ name, stores: [] }).PASSWORD_GRANT);
  };

  it('for those who read the setting, and as the person says', () => {
    expect([environmentOf(true), environmentOf(true, { PASSWORD_GRANT: 'off' }), environmentOf(false)]).toEqual([
      ['on', 'on', undefined],
      ['off', 'off', undefined],
      [undefined, undefined, undefined],
    ]);
  });
});

describe('Ours: what is printed', () => {
  const stackWith = (clients: unknown[]) => ({
    issuer: 'http://localhost:3000',
    demo: { clients },
    data: { path: (name: string) => `/repo/.data/${name}` },
  });

  it('the page has a curl that gets a token and one that introspects it', () => {
    const page = startPage(
      stackWith([
        { client_id: 'demo', client_secret: "it's", method: 'client_secret_basic', grant_types: ['client_credentials'] },
      ]),
      3.21,
    );
    expect(page).toContain(`curl -s -u 'demo:it'\\''s' -d grant_type=client_credentials http://localhost:3000/token`);
    expect(page).toContain('http://localhost:3000/introspect');
    expect(page).toContain('ready (3.2 s)');
  });

  it('the first thing on the page is the playground and who signs in there', () => {
    const stack = stackWith([]);
    const demo = { ...stack.demo, users: [{ username: 'alice', password: 'pw-1' }, { username: 'bob', password: 'pw-2' }] };
    const lines = startPage({ ...stack, demo, playground: { origin: 'http://127.0.0.1:3001' } }, 1).split('\n').map((line) => line.trim());
    expect(lines.indexOf('http://127.0.0.1:3001')).toBeLessThan(lines.indexOf('issuer       http://localhost:3000'));
    expect(lines).toEqual(expect.arrayContaining(['username     alice', 'password     pw-1', 'or           bob, pw-2']));
  });

  it('without such a client it names the file of all clients', () => {
    expect(startPage(stackWith([]), 1)).toContain('/repo/.data/demo.json');
  });

  it.each([
    ['{"level":"error","msg":"cannot go on","error":{"message":"no route"}}', 'cannot go on: no route'],
    ['token: NATS_URL is missing', 'token: NATS_URL is missing'],
    ['{"level":30}', '{"level":30}'],
    [undefined, 'it wrote nothing'],
  ])('the last words %s', (line, plain) => {
    expect(plainLine(line)).toBe(plain);
  });
});
