import { ConfigurationError, readConfiguration } from '@tessera/configuration';
import { AUTHORIZATION_SETTINGS } from './settings.js';

const PEPPER = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const given = {
  DATABASE_URL: 'postgresql://u@127.0.0.1/db',
  KEY_MANAGEMENT_NKEY: `U${'A'.repeat(55)}`,
  PASSWORD_PEPPER: PEPPER,
};

describe('Ours: settings of authorization (decision 10)', () => {
  it('allow no host and no other port unless somebody says so (OUT-2)', () => {
    expect(readConfiguration(AUTHORIZATION_SETTINGS, given)).toMatchObject({ OUTBOUND_PORTS: [], OUTBOUND_ALLOWED_HOSTS: [] });
  });

  it('are lists separated by commas', () => {
    const read = readConfiguration(AUTHORIZATION_SETTINGS, {
      ...given,
      OUTBOUND_PORTS: '8443, 9443',
      OUTBOUND_ALLOWED_HOSTS: 'a.example:443,[::1]:8443',
    });
    expect(read).toMatchObject({ OUTBOUND_PORTS: [8443, 9443], OUTBOUND_ALLOWED_HOSTS: ['a.example:443', '[::1]:8443'] });
  });

  it.each([
    ['OUTBOUND_PORTS', 'https'],
    ['OUTBOUND_CA', 'nothing'],
    ['KEY_MANAGEMENT_NKEY', 'x'],
    ['DATABASE_URL', 'mysql://'],
    ['PUSHED_REQUEST_LIFETIME_SECONDS', '4'],
    ['PUSHED_REQUEST_LIFETIME_SECONDS', '601'],
    ['PUSHED_REQUEST_LIFETIME_SECONDS', '1.5'],
    ['REQUIRE_PUSHED_AUTHORIZATION_REQUESTS', 'yes'],
    ['REQUEST_URI', 'yes'],
    ['CLIENT_REGISTRATION', 'on'],
    ['REGISTERED_CLIENT_RESPONSE_TYPES', 'id_token'],
    ['REGISTERED_CLIENT_PKCE', 'no'],
    ['UNUSED_REGISTRATION_SECONDS', '3599'],
    ['UNUSED_REGISTRATION_SECONDS', '31622401'],
    ['UNUSED_REGISTRATION_SECONDS', '7d'],
    ['SESSION_IDLE_SECONDS', '0'],
    ['SESSION_LIFETIME_SECONDS', '30d'],
    ['PASSWORD_PEPPER', PEPPER.slice(1)],
    ['PASSWORD_PEPPER', 'a'.repeat(43)],
    ['PASSWORD_PEPPER', `${PEPPER.slice(1)}=`],
  ])('a wrong %s stops the start with one line that names it', (name, value) => {
    expect(() => readConfiguration(AUTHORIZATION_SETTINGS, { ...given, [name]: value })).toThrow(ConfigurationError);
    expect(() => readConfiguration(AUTHORIZATION_SETTINGS, { ...given, [name]: value })).toThrow(new RegExp(`^${name} is wrong`));
  });

  it('REG-1 let nobody register unless somebody says so, and then for the code, with PKCE, and a week unused', () => {
    expect(readConfiguration(AUTHORIZATION_SETTINGS, given)).toMatchObject({
      CLIENT_REGISTRATION: 'off', REGISTERED_CLIENT_RESPONSE_TYPES: 'code', REGISTERED_CLIENT_PKCE: true, UNUSED_REGISTRATION_SECONDS: 604_800,
    });
    expect(readConfiguration(AUTHORIZATION_SETTINGS, { ...given, CLIENT_REGISTRATION: 'token', REGISTERED_CLIENT_PKCE: 'off' })).toMatchObject({ CLIENT_REGISTRATION: 'token', REGISTERED_CLIENT_PKCE: false });
  });

  it('PAR-7 fetch no request objects unless somebody says so', () => {
    expect(readConfiguration(AUTHORIZATION_SETTINGS, given).REQUEST_URI).toBe(false);
    expect(readConfiguration(AUTHORIZATION_SETTINGS, { ...given, REQUEST_URI: 'on' }).REQUEST_URI).toBe(true);
  });

  it('PAR-3 give a pushed request 90 seconds, or 5 to 600', () => {
    const read = (settings: Record<string, string>) => readConfiguration(AUTHORIZATION_SETTINGS, { ...given, ...settings });
    expect(read({})).toMatchObject({ PUSHED_REQUEST_LIFETIME_SECONDS: 90, REQUIRE_PUSHED_AUTHORIZATION_REQUESTS: false });
    expect(read({ PUSHED_REQUEST_LIFETIME_SECONDS: '5' }).PUSHED_REQUEST_LIFETIME_SECONDS).toBe(5);
    expect(read({ PUSHED_REQUEST_LIFETIME_SECONDS: '600', REQUIRE_PUSHED_AUTHORIZATION_REQUESTS: 'on' })).toMatchObject({
      PUSHED_REQUEST_LIFETIME_SECONDS: 600,
      REQUIRE_PUSHED_AUTHORIZATION_REQUESTS: true,
    });
  });

  it('let a session live 14 days unused and 30 at most, unless somebody says so', () => {
    expect(readConfiguration(AUTHORIZATION_SETTINGS, given)).toMatchObject({ SESSION_IDLE_SECONDS: 1_209_600, SESSION_LIFETIME_SECONDS: 2_592_000 });
    expect(readConfiguration(AUTHORIZATION_SETTINGS, { ...given, SESSION_IDLE_SECONDS: '900' }).SESSION_IDLE_SECONDS).toBe(900);
  });

  it('SEC-6 MUST not start without a pepper, and takes it as octets', () => {
    const { PASSWORD_PEPPER: _pepper, ...without } = given;
    expect(() => readConfiguration(AUTHORIZATION_SETTINGS, without)).toThrow(/^PASSWORD_PEPPER is missing/);
    expect(readConfiguration(AUTHORIZATION_SETTINGS, given).PASSWORD_PEPPER).toEqual(Buffer.from(PEPPER, 'base64url'));
  });
});
