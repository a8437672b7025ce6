import { readConfiguration } from '@tessera/configuration';
import { DEVICE_CIBA_SETTINGS } from './settings.js';

const ENOUGH = {
  DATABASE_URL: 'postgresql://device-ciba@127.0.0.1:5432/tessera',
  REDIS_URL: 'redis://127.0.0.1:6379',
  KEY_MANAGEMENT_NKEY: 'UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4',
};
const read = (env: Record<string, string> = {}) => readConfiguration(DEVICE_CIBA_SETTINGS, { ...ENOUGH, ...env });

describe('DEV-1, DEV-2, DEV-7 what a deployment may decide about devices', () => {
  it('nothing has to be set', () => {
    expect(read()).toMatchObject({ DEVICE_CODE_LIFETIME_SECONDS: 600, DEVICE_CODES_PER_CLIENT: 20_000, USER_CODE_FAILURES_PER_SOURCE: 20 });
  });

  it.each(['59', '601', '0', '-1', 'ten'])('a device code does not live for %s seconds', (seconds) => {
    expect(() => read({ DEVICE_CODE_LIFETIME_SECONDS: seconds })).toThrow(/DEVICE_CODE_LIFETIME_SECONDS/);
  });

  it.each(['60', '600'])('it may live for %s', (seconds) => {
    expect(read({ DEVICE_CODE_LIFETIME_SECONDS: seconds }).DEVICE_CODE_LIFETIME_SECONDS).toBe(Number(seconds));
  });
});

describe('CIB-4, CIB-10 what a deployment may decide about backchannel authentication', () => {
  it('nothing has to be set, and nobody is written to or called', () => {
    const settings = read();
    expect(settings).toMatchObject({ BACKCHANNEL_REQUEST_LIFETIME_SECONDS: 300, BACKCHANNEL_REQUESTS_PER_CLIENT: 60_000, BACKCHANNEL_REQUESTS_PER_PERSON: 10, APPROVAL_EMAIL: 'off' });
    expect([settings.APPROVAL_WEBHOOK_URL, settings.APPROVAL_COMPLETION_SECRET, settings.WEB_PUSH_KEY]).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ['BACKCHANNEL_REQUEST_LIFETIME_SECONDS', '601'],
    ['BACKCHANNEL_REQUESTS_PER_CLIENT', '0'],
    ['BACKCHANNEL_REQUESTS_PER_PERSON', '0'],
    ['APPROVAL_EMAIL', 'yes'],
    ['APPROVAL_WEBHOOK_URL', 'http://authenticator.example.org'],
    ['APPROVAL_WEBHOOK_SECRET', 'short'],
    ['APPROVAL_COMPLETION_SECRET', 'short'],
    ['WEB_PUSH_KEY', 'short'],
    ['WEB_PUSH_KEY', 'A'.repeat(43)],
    ['WEB_PUSH_CONTACT', 'somebody@example.com'],
    ['WEB_PUSH_CONTACT', 'http://example.com'],
  ])('%s is not %s', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(new RegExp(name));
  });
});
