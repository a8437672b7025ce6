import { ConfigurationError, readConfiguration } from '@tessera/configuration';
import { GATEWAY_SETTINGS, tlsIdentity } from './settings.js';

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

  it('want certificate and key together', () => {
    expect(tlsIdentity(undefined, undefined)).toBeNull();
    expect(tlsIdentity('c', 'k')).toEqual({ certificate: 'c', privateKey: 'k' });
    expect(() => tlsIdentity('c', undefined)).toThrow(ConfigurationError);
    expect(() => tlsIdentity(undefined, 'k')).toThrow(ConfigurationError);
  });
});
