import { generateKeyPairSync } from 'node:crypto';
import { Latencies } from './load/latencies.mjs';
import { requestSource } from './load/requests.mjs';
import { judgementLines, judgements } from './report.mjs';
import { scenariosOf } from './scenarios.mjs';

const BUDGETS = {
  cpuMicrosecondsPerRequest: { over: ['gateway', 'nats', 'token'], 'client-credentials/secret-jwt': 200 },
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

describe('RFC 7523 §3 each assertion of the load has a jti of its own', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
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
