import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { COMMON_SETTINGS, ConfigurationError, issuer, json, port, positiveCount, postgresUrl, publicNkeys, readConfiguration, redisUrl } from './index.js';

const file = (content: string) => {
  const name = path.join(mkdtempSync(path.join(tmpdir(), 'configuration-')), 'value');
  writeFileSync(name, content);
  return name;
};

const EMPTY = file('\n');

describe('Ours: configuration is parsed once, and a problem is one line that names the variable', () => {
  it('returns a frozen object of parsed values', () => {
    const read = readConfiguration({ COUNT: z.coerce.number() }, { COUNT: '3' });
    expect(read).toEqual({ COUNT: 3 });
    expect(Object.isFrozen(read)).toBe(true);
  });

  it('reads X_FILE for X and drops the final line break', () => {
    expect(readConfiguration({ SECRET: z.string() }, { SECRET_FILE: file('s3cret\n') })).toEqual({ SECRET: 's3cret' });
  });

  it.each([
    ['missing', {}, 'SECRET is missing; set it, or SECRET_FILE to a file that holds it'],
    ['empty', { SECRET: '' }, 'SECRET is missing; set it, or SECRET_FILE to a file that holds it'],
    ['given twice', { SECRET: 'a', SECRET_FILE: '/b' }, 'SECRET and SECRET_FILE are both set; keep one of them'],
    ['in a file that is empty', { SECRET_FILE: EMPTY }, `SECRET_FILE names "${EMPTY}", which is empty`],
    ['in a file that is not there', { SECRET_FILE: '/no/such' }, 'SECRET_FILE names "/no/such", which cannot be read (ENOENT)'],
  ])('stops when a value is %s', (_case, environment, message) => {
    expect(() => readConfiguration({ SECRET: z.string() }, environment)).toThrow(new ConfigurationError(message));
  });

  it('never repeats a wrong value, which may be a secret', () => {
    expect(() => readConfiguration({ NATS_SEED: COMMON_SETTINGS.NATS_SEED }, { NATS_SEED: 'hunter2' })).toThrow(
      new ConfigurationError('NATS_SEED is wrong: expected an nkey user seed, beginning with SU'),
    );
  });

  it('names the member of a JSON value that is wrong', () => {
    const shape = { KEYRING: json(z.object({ active: z.string() })) };
    expect(() => readConfiguration(shape, { KEYRING: '{"active":1}' })).toThrow(/^KEYRING is wrong at active: /);
    expect(() => readConfiguration(shape, { KEYRING: '{' })).toThrow(/^KEYRING is wrong: expected JSON$/);
  });
});

describe('RFC 8414 §2 the issuer identifier', () => {
  it.each(['https://login.example.com', 'https://example.com/tenant', 'http://localhost:3000', 'http://127.0.0.1:8080'])(
    'accepts %s',
    (value) => {
      expect(issuer.parse(value)).toBe(value);
    },
  );

  it.each(['http://login.example.com', 'https://login.example.com/', 'https://a.example?x=1', 'https://a.example#f', 'login', 'https://u@a.example', 'https://:p@a.example', ' https://a.example', 'https://A.example', 'https://a.example:443', 'https://a.example?', 'https://a.example#', 'https://a.example/a b'])(
    'refuses %s',
    (value) => {
      expect(issuer.safeParse(value).success).toBe(false);
    },
  );
});

describe('Ours: numbers and addresses', () => {
  it.each([
    ['0', 0],
    ['65535', 65_535],
  ])('reads the port %s', (value, number) => {
    expect(port.parse(value)).toBe(number);
  });

  it.each(['65536', '-1', '80.5', ' ', '', '0x50', '1e3', 'http'])('refuses the port %j with one message', (value) => {
    expect(() => readConfiguration({ PORT: port.optional() }, { PORT: value || ' ' })).toThrow(new ConfigurationError('PORT is wrong: expected a port number'));
  });

  it.each(['0', '-1', '1.5', ' ', 'many'])('refuses the count %j with one message', (value) => {
    expect(() => readConfiguration({ COUNT: positiveCount }, { COUNT: value })).toThrow(new ConfigurationError('COUNT is wrong: expected a whole number above 0'));
  });

  it.each([
    ['postgresql://tessera_token:p%40ss@127.0.0.1:5432/tessera', true],
    ['postgres://localhost/tessera', true],
    ['mysql://localhost/tessera', false],
    ['postgresql://user:p/ss@host:5432/tessera', false],
  ])('PostgreSQL at %s: %s', (value, good) => {
    expect(postgresUrl.safeParse(value).success).toBe(good);
  });

  it.each([
    ['redis://127.0.0.1:6379', true],
    ['rediss://:secret@cache:6380/1', true],
    ['redis://', false],
    ['127.0.0.1:6379', false],
  ])('Redis at %s: %s', (value, good) => {
    expect(redisUrl.safeParse(value).success).toBe(good);
  });

  it('LOG_LEVEL is one of four, info when it is not given', () => {
    const { LOG_LEVEL } = COMMON_SETTINGS;
    expect(readConfiguration({ LOG_LEVEL }, {})).toEqual({ LOG_LEVEL: 'info' });
    expect(readConfiguration({ LOG_LEVEL }, { LOG_LEVEL: 'debug' })).toEqual({ LOG_LEVEL: 'debug' });
    expect(() => readConfiguration({ LOG_LEVEL }, { LOG_LEVEL: 'verbose' })).toThrow(/^LOG_LEVEL is wrong: .*"debug".*"error"$/);
  });
});

describe('Ours: pinned nkeys', () => {
  const KEY = `U${'A'.repeat(55)}`;
  it('accepts several during a rotation', () => {
    expect(publicNkeys.parse(`${KEY}, ${KEY}`)).toEqual([KEY, KEY]);
  });
  it.each(['', 'U123', `S${'A'.repeat(55)}`])('refuses %j', (value) => {
    expect(publicNkeys.safeParse(value).success).toBe(false);
  });
});
