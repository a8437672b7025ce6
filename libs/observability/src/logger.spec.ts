import { createLogger, type LogLevel, nestLogger } from './index.js';

function lines(level: LogLevel = 'info') {
  const written: string[] = [];
  const logger = createLogger({
    process: 'token',
    instance: 'a1',
    level,
    destination: { write: (line) => void written.push(line) },
  });
  return { logger, text: () => written.join(''), parsed: () => written.map((line): Record<string, unknown> => JSON.parse(line)) };
}

/** What one field of a line became. */
function written(fields: Record<string, unknown>, name = 'detail'): unknown {
  const { logger, parsed } = lines();
  logger.info('said', fields);
  return parsed()[0]?.[name];
}

const HANDLE = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';
const SEED = `SU${'A'.repeat(56)}`;

describe('Ours: a log line is one JSON object', () => {
  it('has level, time, process, instance, its fields and the message, in one line', () => {
    const { logger, parsed, text } = lines();
    logger.warn('redis is away', { dependency: 'redis' });
    expect(text()).toMatch(/^\{"level":"warn","time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","process":"token","instance":"a1",.*\}\n$/);
    expect(Object.keys(parsed()[0] ?? {})).toEqual(['level', 'time', 'process', 'instance', 'dependency', 'msg']);
  });

  it.each<[LogLevel, readonly string[]]>([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ])('LOG_LEVEL %s writes %j', (level, expected) => {
    const { logger, parsed } = lines(level);
    for (const severity of ['debug', 'info', 'warn', 'error'] as const) logger[severity]('said');
    expect(parsed().map((line) => line['level'])).toEqual(expected);
  });
});

describe('SEC-2 logs never contain codes, tokens, assertions, secrets', () => {
  it.each<[string, Record<string, unknown>]>([
    ['an unlisted field', { client_secret: 'planted' }],
    ['a secret name inside detail', { detail: { client_secret: 'planted' } }],
    ['a secret name deeper in detail', { detail: { form: { password: 'planted' } } }],
    ['a secret name in a list', { detail: [{ code_verifier: 'planted' }] }],
    ['a token', { detail: { access_token: 'planted', refreshToken: 'planted' } }],
    ['the private part of a key', { detail: { key: { d: 'planted' } } }],
    ['bytes', { detail: { bytes: Buffer.from('planted') } }],
    ['a member of an error, as the rows PostgreSQL quotes', { error: Object.assign(new Error('duplicate key'), { detail: 'Key (digest)=(planted)' }) }],
  ])('drops the value of %s', (_case, fields) => {
    const { logger, text } = lines();
    logger.error('refused', fields);
    expect(text()).toContain('refused');
    expect(text()).not.toContain('planted');
    expect(text()).not.toContain(JSON.stringify([...Buffer.from('planted')]).slice(1, -1));
  });

  it.each([
    ['a handle', `redeeming ${HANDLE} failed`, HANDLE],
    ['a JWT', `bad assertion ${JWT}`, JWT],
    ['an nkey seed', `seed ${SEED}`, SEED],
    ['a private key', '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----', 'MHcCAQEE'],
    ['Basic credentials', 'sent Basic ZGVtbzpodW50ZXIy=', 'ZGVtbzpodW50ZXIy'],
    ['a bearer token', 'sent Bearer hunter2hunter2', 'hunter2hunter2'],
    ['the password of an address', 'connect postgresql://tessera:hunter2@db:5432/tessera', 'hunter2'],
    ['the password of an address without a user', 'connect redis://:hunter2@cache:6379', 'hunter2'],
    ['a query string', 'GET /authorize?state=hunter2&x=hunter3', 'hunter'],
    ['a parameter named like a secret', 'got client_secret=hunter2&grant_type=x', 'hunter2'],
  ])('redacts %s inside text, also in an error and its causes', (_case, message, secret) => {
    const { logger, text } = lines();
    logger.error('failed', { error: new Error('outer', { cause: new Error(message) }), subject: message, detail: [message] });
    expect(text()).toContain('outer');
    expect(text()).toContain('[redacted]');
    expect(text()).not.toContain(secret);
  });

  it.each([500, 490, 470, 512 - 43])('leaves no part of a secret that a cut at 512 characters divides (at %d)', (position) => {
    const filler = 'ab '.repeat(200).slice(0, position);
    expect(String(written({ detail: `${filler} ${HANDLE} and more` }))).not.toContain(HANDLE.slice(0, 8));
    expect(String(written({ detail: `${filler} ${JWT} and more` }))).not.toContain(JWT.slice(0, 8));
  });

  it('redacts a secret where the id of a client should stand', () => {
    expect(written({ detail: { clientId: HANDLE } })).toEqual({ clientId: '[redacted]' });
    expect(written({ requestId: JWT }, 'requestId')).toBe('[redacted]');
  });

  it('passes on what Nest says as a field, scrubbed', () => {
    const { logger, parsed, text } = lines();
    const nest = nestLogger(logger);
    nest.log('chatter');
    nest.warn(`odd ${HANDLE}`, 'Injector');
    nest.error(new Error(`broken ${HANDLE}`), 'Router');
    expect(parsed()).toMatchObject([
      { level: 'warn', msg: 'Nest warns', detail: { said: 'odd [redacted]', rest: ['Injector'] } },
      { level: 'error', msg: 'Nest reports an error', detail: { said: { message: 'broken [redacted]' }, rest: ['Router'] } },
    ]);
    expect(text()).not.toContain('chatter');
  });
});

describe('Ours: what helps an operator is written', () => {
  it('keeps public ids that have the form of a handle, alone, in lists and inside detail', () => {
    const fields = { clientId: 's6BhdRkqt3', kid: HANDLE, jti: [HANDLE, HANDLE], requestId: HANDLE, status: 200, detail: { kid: HANDLE, jti: HANDLE } };
    const { logger, parsed } = lines();
    logger.info('token issued', fields);
    expect(parsed()).toMatchObject([fields]);
  });

  it.each<[string, unknown]>([
    ['words about credentials', { problem: 'Basic credentials are malformed', expected: 'Bearer authentication' }],
    ['the shape of a token', { token_type: 'Bearer', tokenFormat: 'jwt', token_endpoint_auth_method: 'none' }],
    ['an address without a password', { url: 'nats://127.0.0.1:4222' }],
    ['a subject', { subject: 'token.endpoint.token.v1' }],
    ['a question', { text: 'is it there? yes' }],
  ])('does not touch %s', (_case, detail) => {
    expect(written({ detail })).toEqual(detail);
  });

  it('writes the code, the stack and the causes of an error', () => {
    const error = Object.assign(new Error('connect', { cause: Object.assign(new Error('inner'), { code: 'ECONNREFUSED' }) }), { code: '57P01' });
    expect(written({ error }, 'error')).toMatchObject({ name: 'Error', message: 'connect', code: '57P01', stack: expect.stringContaining('at '), cause: { code: 'ECONNREFUSED' } });
  });

  it('writes instants and large numbers', () => {
    expect(written({ detail: { at: new Date(0), never: new Date(Number.NaN), count: 2n ** 64n } })).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      never: '[no date]',
      count: '18446744073709551616',
    });
  });
});

describe('SEC-3 user-controlled text is encoded and bounded', () => {
  it('escapes control characters and cuts long texts', () => {
    const { logger, parsed, text } = lines();
    logger.info('refused', { detail: { scope: `a\r\nb${' x'.repeat(1000)}` } });
    expect(text().split('\n')).toHaveLength(2);
    expect(JSON.stringify(parsed()).length).toBeLessThan(900);
  });

  it('bounds lists, members and depth, and survives a circle', () => {
    const circle: Record<string, unknown> = {};
    circle['again'] = circle;
    expect(written({ detail: circle })).toEqual({ again: { again: { again: { again: '[deep]' } } } });
    expect(written({ detail: Array.from({ length: 100 }, () => 1) })).toHaveLength(20);
    expect(Object.keys(written({ detail: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`m${i}`, 1])) }) ?? {})).toHaveLength(20);
  });

  it('takes no longer for a text made to be slow', () => {
    const cpu = process.cpuUsage();
    for (const evil of ['eyJ', '://:', '?=', 'secret=', '-', 'Bearer ', 'A'.repeat(43)]) written({ detail: evil.repeat(100_000), error: new Error(evil.repeat(100_000)) });
    expect(process.cpuUsage(cpu).user).toBeLessThan(1_000_000);
  });
});
