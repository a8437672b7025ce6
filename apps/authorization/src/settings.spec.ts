import { ConfigurationError, readConfiguration } from '@tessera/configuration';
import { AUTHORIZATION_SETTINGS } from './settings.js';

const given = { DATABASE_URL: 'postgresql://u@127.0.0.1/db', KEY_MANAGEMENT_NKEY: `U${'A'.repeat(55)}` };

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
  ])('a wrong %s stops the start with one line that names it', (name, value) => {
    expect(() => readConfiguration(AUTHORIZATION_SETTINGS, { ...given, [name]: value })).toThrow(ConfigurationError);
    expect(() => readConfiguration(AUTHORIZATION_SETTINGS, { ...given, [name]: value })).toThrow(new RegExp(`^${name} is wrong`));
  });
});
