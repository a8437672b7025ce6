import { COMMON_SETTINGS, ConfigurationError, readConfiguration } from '@tessera/configuration';
import { GATEWAY_SETTINGS, plainHttpWarning, tlsIdentity } from './settings.js';

const GIVEN = { PORT: '3000', REDIS_URL: 'redis://127.0.0.1:6379', KEY_MANAGEMENT_NKEY: `U${'A'.repeat(55)}` };
const read = (more: Record<string, string> = {}) => readConfiguration(GATEWAY_SETTINGS, { ...GIVEN, ...more });

describe('Ours: the settings of the gateway', () => {
  it('listen on loopback, trust no proxy and accept no other host unless told', () => {
    const settings = read();
    expect(settings).toMatchObject({ HOST: '127.0.0.1', PORT: 3000, ALLOWED_HOSTS: [] });
    expect(settings.TRUSTED_PROXIES.any).toBe(false);
  });

  it('take lists', () => {
    const settings = read({ TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.1', ALLOWED_HOSTS: 'gateway.internal:8080' });
    expect(settings.TRUSTED_PROXIES.has('10.1.1.1')).toBe(true);
    expect(settings.ALLOWED_HOSTS).toEqual(['gateway.internal:8080']);
  });

  it.each([
    ['HOST', 'localhost', 'HOST is wrong: expected an IP address, for example 127.0.0.1 or 0.0.0.0'],
    ['TRUSTED_PROXIES', '10.0.0.0/8,ingress', 'TRUSTED_PROXIES is wrong: "ingress" is no address and no range like 10.0.0.0/8'],
    ['CLIENT_FAILURES_PER_MINUTE', '0', /^CLIENT_FAILURES_PER_MINUTE is wrong: /],
  ])('stop the start with one line when %s is %s', (name, value, message) => {
    expect(() => read({ [name]: value })).toThrow(message);
  });

  it('GEN-10 leave the password grant and pushed requests for all off unless they are switched on', () => {
    expect(read()).toMatchObject({ PASSWORD_GRANT: false, REQUIRE_PUSHED_AUTHORIZATION_REQUESTS: false });
    expect(read({ PASSWORD_GRANT: 'on', REQUIRE_PUSHED_AUTHORIZATION_REQUESTS: 'on' })).toMatchObject({ PASSWORD_GRANT: true, REQUIRE_PUSHED_AUTHORIZATION_REQUESTS: true });
    expect(() => read({ PASSWORD_GRANT: 'yes' })).toThrow('PASSWORD_GRANT is wrong: expected on or off');
  });

  it('PAR-7 say that request_uri is supported only where it is switched on', () => {
    expect([read().REQUEST_URI, read({ REQUEST_URI: 'on' }).REQUEST_URI]).toEqual([false, true]);
    expect(() => read({ REQUEST_URI: '1' })).toThrow('REQUEST_URI is wrong: expected on or off');
  });

  it('REG-1 let nobody register unless somebody says so, and bound it by source', () => {
    expect(read()).toMatchObject({ CLIENT_REGISTRATION: 'off', SOURCE_REGISTRATIONS_PER_MINUTE: 60 });
    expect(() => read({ CLIENT_REGISTRATION: 'on' })).toThrow('CLIENT_REGISTRATION is wrong: expected off, token or open');
  });

  it('want certificate and key together', () => {
    expect(tlsIdentity(undefined, undefined)).toBeNull();
    expect(tlsIdentity('c', 'k')).toEqual({ certificate: 'c', privateKey: 'k' });
    expect(() => tlsIdentity('c', undefined)).toThrow(ConfigurationError);
    expect(() => tlsIdentity(undefined, 'k')).toThrow(ConfigurationError);
  });
});

describe('UIX-1 the scheme of the issuer', () => {
  const start = (issuer: string) => readConfiguration({ TESSERA_ISSUER: COMMON_SETTINGS.TESSERA_ISSUER }, { TESSERA_ISSUER: issuer }).TESSERA_ISSUER;

  it('https starts without a word', () => {
    expect(plainHttpWarning(start('https://login.example.com'))).toBeNull();
  });

  it.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])('%s starts with a warning about the cookies', (issuer) => {
    expect(plainHttpWarning(start(issuer))).toMatch(/http on loopback.*__Host-/);
  });

  it.each(['http://login.example.com', 'http://10.0.0.1', 'http://localhost.example.com'])('%s stops the start with one line', (issuer) => {
    expect(() => start(issuer)).toThrow('TESSERA_ISSUER is wrong: an issuer is https; http is for localhost only');
  });
});
