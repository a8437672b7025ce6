import { keyPairFor } from '../libs/jose/src/key-pair/testing.js';
import { Latencies } from './load/latencies.mjs';
import { loginForm } from './load/login-page.mjs';
import { requestSource } from './load/requests.mjs';
import { HELP, parseOptions } from './options.mjs';
import { judgementLines, judgements } from './report.mjs';
import { jobOf, scenariosOf, signInScenariosOf } from './scenarios.mjs';

const BUDGETS = {
  cpuMicrosecondsPerRequest: { over: ['gateway', 'nats', 'token'], 'client-credentials/secret-jwt': 200 },
  cpuMicrosecondsPerOperation: { over: ['gateway', 'nats', 'token', 'authorization'], 'code-flow': 3000, refresh: 700 },
  databaseMicrosecondsPerOperation: { 'code-flow': 2100, refresh: 700 },
  fastestPeerMicroseconds: { 'code-flow': 4000 },
  transactionsPerRequest: { 'client-credentials/secret-jwt': 0.05 },
  rowsPerRequest: { 'client-credentials/secret-jwt': 0.01 },
  residentMegabytesIdle: 700,
};
const stretch = (changes: object) => ({
  label: 'secret',
  scenario: 'client-credentials/secret-jwt',
  budgeted: true,
  errors: {},
  problems: [],
  cpu: { gateway: 50, nats: 10, token: 40, postgres: 900, others: 900 },
  database: { transactions: 0, inserted: 0 },
  ...changes,
});
const over = (changes: object, residentMegabytes: number | null = null) =>
  judgementLines(judgements({ stretches: [stretch(changes)], residentMegabytes }, BUDGETS)).filter((line: string) =>
    line.includes('OVER'),
  );

describe('Ours: percentiles are read from all latencies', () => {
  it('counts each value, also beyond the first block', () => {
    const latencies = new Latencies();
    for (let value = 100_000; value > 0; value -= 1) latencies.add(value);
    expect(latencies.summary()).toEqual({ p50: 50_000, p95: 95_000, p99: 99_000, max: 100_000 });
  });

  it('one value is all of them, none is null', () => {
    const latencies = new Latencies();
    expect(latencies.summary()).toBeNull();
    latencies.add(7);
    expect(latencies.summary()).toEqual({ p50: 7, p95: 7, p99: 7, max: 7 });
  });
});

describe('Ours: a budget is over gateway, NATS and token', () => {
  it('holds whatever PostgreSQL and the others used', () => {
    expect(over({})).toEqual([]);
  });

  it.each<[string, object, number | null, string]>([
    ['CPU', { cpu: { gateway: 100, nats: 50, token: 51 } }, null, 'client-credentials/secret-jwt CPU: 201.0 of 200 µs'],
    [
      'a round trip to the database',
      { database: { transactions: 1, inserted: 0 } },
      null,
      'database: 1.0 of 0.05 transactions/request',
    ],
    ['a row', { database: { transactions: 0, inserted: 1 } }, null, 'database: 1.0 of 0.01 rows/request'],
    ['an error', { errors: { 'status 503': 1 } }, null, 'secret errors: 1.0 of 0'],
    ['a wrong answer', { problems: ['a token does not verify as ES256'] }, null, 'secret errors: 1.0 of 0'],
    ['memory', {}, 701, 'memory of the six processes, idle: 701.0 of 700 MB'],
  ])('%s is over it', (_case, changes, megabytes, line) => {
    expect(over(changes, megabytes)).toEqual([expect.stringContaining(line)]);
  });
});

describe('Ours: the budget of an operation is over authorization as well, and PostgreSQL has its own', () => {
  const operation = (changes: object) =>
    judgementLines(judgements({ stretches: [stretch({ unit: 'operation', ...changes })], residentMegabytes: null }, BUDGETS));
  const cpu = { gateway: 1200, nats: 300, token: 500, authorization: 12_000, postgres: 2000, others: 9000 };

  it('is that beside the password hash where one is in it, with the fastest peer in brackets', () => {
    expect(operation({ scenario: 'code-flow', cpu, passwordHash: 11_100 })).toEqual([
      '  held  code-flow CPU beside the password hash: 2900.0 of 3000 µs (fastest peer 4000)',
      '  held  code-flow PostgreSQL: 2000.0 of 2100 µs',
    ]);
  });

  it.each<[string, object, string]>([
    ['CPU', { scenario: 'code-flow', cpu, passwordHash: 10_900 }, '  OVER  code-flow CPU beside the password hash: 3100.0 of 3000 µs (fastest peer 4000)'],
    ['PostgreSQL', { scenario: 'refresh', cpu: { gateway: 1, postgres: 701 } }, '  OVER  refresh PostgreSQL: 701.0 of 700 µs'],
    ['CPU of authorization', { scenario: 'refresh', cpu: { authorization: 701, postgres: 0 } }, '  OVER  refresh CPU: 701.0 of 700 µs'],
  ])('%s is over it', (_case, changes, line) => {
    expect(operation(changes)).toContain(line);
  });
});

describe('RFC 7523 §3 each assertion of the load has a jti of its own', () => {
  const { privateKey } = keyPairFor('ES256');
  const source = requestSource({
    kind: 'assertion',
    host: 'localhost:3000',
    path: '/token',
    parameters: { grant_type: 'client_credentials' },
    clientId: 'demo-key',
    audience: 'http://localhost:3000',
    jwk: { ...privateKey.export({ format: 'jwk' }), kid: 'k1' },
  });
  const claimsOf = (text: string) =>
    JSON.parse(
      Buffer.from(
        new URLSearchParams(text.split('\r\n\r\n')[1]).get('client_assertion')?.split('.')[1] ?? '',
        'base64url',
      ).toString(),
    );

  it('whether signed ahead or late, and late ones are counted', () => {
    source.prepare(2);
    const claims = [source.next(), source.next(), source.next()].map(claimsOf);
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(3);
    expect(claims[0]).toMatchObject({ iss: 'demo-key', sub: 'demo-key', aud: 'http://localhost:3000' });
    expect(source).toMatchObject({ late: 1 });
  });

  it('the length that is said is the length of the body', () => {
    const [head, body] = source.next().split('\r\n\r\n');
    expect(Number(/content-length: (\d+)/.exec(head)?.[1])).toBe(body.length);
  });
});

describe('Ours: scenarios come from the demo clients', () => {
  const clients = [
    { client_id: 'demo-service', method: 'client_secret_basic' },
    { client_id: 'demo-key', method: 'private_key_jwt' },
    { client_id: 'demo-vault', method: 'client_secret_basic' },
  ];

  it('all of them, or the one of a client', () => {
    expect(scenariosOf({ clients }).map(({ credentials }) => credentials.client_id)).toEqual([
      'demo-service',
      'demo-key',
      'demo-vault',
    ]);
    expect(scenariosOf({ clients }, 'demo-key')).toHaveLength(1);
  });

  it('a client that none uses is refused by name', () => {
    expect(() => scenariosOf({ clients }, 'somebody')).toThrow('no scenario uses the client somebody');
  });
});

describe('Ours: scenarios of sign-in use the first-party client of the demo', () => {
  const web = { client_id: 'demo-web', client_secret: 's', redirect_uris: ['https://client.example.org/cb'], resources: ['https://api.example.com/orders'] };
  const api = { client_id: 'demo-resource-server', client_secret: 'r' };
  const job = (name: string, clients: object[]) => jobOf(signInScenariosOf(name)[0], { issuer: 'https://as.example.com', clients }, { people: [], seconds: 1 });

  it('all of them, one, or none beside client_credentials', () => {
    const names = ['code-flow', 'code-exchange', 'refresh', 'introspection', 'userinfo', 'device', 'ciba-poll', 'polls', 'polls-at-rate', 'par'];
    expect(signInScenariosOf('all').map(({ name }: { name: string }) => name)).toEqual(names);
    expect(names.map((name) => signInScenariosOf(name).length)).toEqual(names.map(() => 1));
    expect(signInScenariosOf('client-credentials')).toEqual([]);
  });

  it('the API asks about a token for it; the client where there is no API (RFC 7662 §2.1)', () => {
    const authorizationOf = (name: string, secret: string) => `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;
    expect(job('introspection', [web, api]).request).toMatchObject({ resource: 'https://api.example.com/orders', caller: { authorization: authorizationOf('demo-resource-server', 'r') } });
    expect(job('introspection', [{ ...web, resources: [] }, api]).request).toMatchObject({ caller: { authorization: authorizationOf('demo-web', 's') } });
    expect(job('userinfo', [web, api]).request).not.toHaveProperty('resource');
  });

  it.each<[string, object[], string]>([
    ['the client', [api], 'demo.json has no client demo-web'],
    ['its redirect URI', [{ ...web, redirect_uris: [] }], 'demo.json knows no redirect URI of demo-web'],
    ['the API', [web], 'demo.json has no client demo-resource-server'],
  ])('says that %s is missing', (_case, clients, message) => {
    expect(() => job('introspection', clients)).toThrow(message);
  });
});

describe('Ours: the command line names one subject', () => {
  it('what it was before, and the scenarios of sign-in', () => {
    expect(parseOptions(['client-credentials'])).toMatchObject({ named: 'client-credentials', connections: 32, seconds: 10, tokenReplicas: null });
    expect(parseOptions(['code-flow', '--connections', '8', '--token-replicas', '2'])).toMatchObject({ named: 'code-flow', connections: 8, tokenReplicas: 2 });
    expect(HELP).toContain('npm run bench -- client-credentials|code-flow|code-exchange|refresh|introspection|userinfo|device|ciba-poll|polls|polls-at-rate|par|all [options]');
  });

  it.each([[[]], [['everything']], [['refresh', 'par']]])('not %j', (args) => {
    expect(() => parseOptions(args)).toThrow('name what to measure, one of client-credentials, code-flow');
  });
});

describe('Ours: a login page is answered as a browser would', () => {
  it('gives back what the form carries, whatever the order of attributes, and nothing of other forms', () => {
    const html = `<form action="/other"><input type="hidden" name="a" value="b"></form>
      <form method="post" action="/interaction?a=1&amp;b=2">
        <input type="hidden" name="interaction" value="x&quot;y"><input value="" name="csrf" type="hidden">
        <input name="identifier" autocomplete="username"><input name="password" type="password"></form>`;
    expect(loginForm(html)).toEqual({ action: '/interaction?a=1&b=2', fields: [['interaction', 'x"y'], ['csrf', '']] });
  });

  it('a form without an action goes to its page; a page without a password is none', () => {
    expect(loginForm('<form method="post"><input name="password"></form>')).toEqual({ action: null, fields: [] });
    expect(() => loginForm('<form><button name="decision" value="allow"></form>')).toThrow('a page without a password field');
  });
});
