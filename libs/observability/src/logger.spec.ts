import { createLogger } from './index.js';

function lines() {
  const written: string[] = [];
  const logger = createLogger({
    process: 'token',
    instance: 'a1',
    level: 'info',
    destination: { write: (line) => void written.push(line) },
  });
  return { logger, text: () => written.join(''), parsed: () => written.map((line): unknown => JSON.parse(line)) };
}

const HANDLE = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';

describe('SEC-2 logs never contain codes, tokens, assertions, secrets', () => {
  it('writes listed fields as they are', () => {
    const { logger, parsed } = lines();
    logger.info('token issued', { clientId: 's6BhdRkqt3', kid: HANDLE, status: 200 });
    expect(parsed()).toMatchObject([{ level: 'info', msg: 'token issued', process: 'token', clientId: 's6BhdRkqt3', kid: HANDLE, status: 200 }]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['an unlisted field', { client_secret: 'planted' }],
    ['a secret name inside detail', { detail: { client_secret: 'planted' } }],
    ['a secret name deeper in detail', { detail: { form: { password: 'planted' } } }],
    ['the private part of a key', { detail: { jwk: { d: 'planted' } } }],
  ])('drops the value of %s', (_case, fields) => {
    const { logger, text } = lines();
    logger.error('refused', fields);
    expect(text()).toContain('refused');
    expect(text()).not.toContain('planted');
  });

  it.each([
    ['a handle', `redeeming ${HANDLE} failed`, HANDLE],
    ['a JWT', `bad assertion ${JWT}`, JWT],
    ['an nkey seed', `seed SU${'A'.repeat(56)}`, `SU${'A'.repeat(56)}`],
  ])('redacts %s inside text, also in an error and its causes', (_case, message, secret) => {
    const { logger, text } = lines();
    logger.error('failed', { error: new Error('outer', { cause: new Error(message) }), subject: message });
    expect(text()).toContain('outer');
    expect(text()).not.toContain(secret);
  });
});

describe('SEC-3 user-controlled text is encoded and bounded', () => {
  it('escapes control characters and cuts long texts', () => {
    const { logger, parsed, text } = lines();
    logger.info('refused', { detail: { scope: `a\r\nb${' x'.repeat(1000)}` } });
    expect(text().split('\n')).toHaveLength(2);
    expect(JSON.stringify(parsed()).length).toBeLessThan(900);
  });
});
