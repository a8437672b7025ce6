import { readConfiguration } from '@tessera/configuration';
import { identityOf, keyBytes } from './testing.js';
import { KEY_MANAGEMENT_SETTINGS } from './settings.js';

const GIVEN = {
  DATABASE_URL: 'postgresql://tessera_key_management@localhost/tessera',
  SERVICE_NKEYS: JSON.stringify({ token: [identityOf('token').nkey] }),
  KEY_ENCRYPTION_KEYRING: JSON.stringify({ active: 'kek-1', keys: { 'kek-1': keyBytes() } }),
};

describe('Decision 10: the settings of key-management', () => {
  it('are enough without a policy', () => {
    const { KEY_POLICY, SERVICE_NKEYS } = readConfiguration(KEY_MANAGEMENT_SETTINGS, GIVEN);
    expect([KEY_POLICY.rehearsal, KEY_POLICY.rsaModulusBits, SERVICE_NKEYS]).toEqual([false, 2048, { token: [identityOf('token').nkey] }]);
  });

  it('take a policy as JSON, part by part', () => {
    const { KEY_POLICY } = readConfiguration(KEY_MANAGEMENT_SETTINGS, { ...GIVEN, KEY_POLICY: '{"rsaModulusBits":3072}' });
    expect([KEY_POLICY.rsaModulusBits, KEY_POLICY.signingAlgorithms.length]).toEqual([3072, 4]);
  });

  it.each([
    ['KEY_POLICY', '{"retireSeconds":60}', /^KEY_POLICY is wrong at retireSeconds: expected at least 86470 seconds$/],
    ['SERVICE_NKEYS', '{"intruder":[]}', /^SERVICE_NKEYS is wrong/],
    ['SERVICE_NKEYS', '{"token":["SU"]}', /^SERVICE_NKEYS is wrong at token\.0: expected public nkeys, each beginning with U$/],
    ['KEY_ENCRYPTION_KEYRING', '', /^KEY_ENCRYPTION_KEYRING is missing; set it, or KEY_ENCRYPTION_KEYRING_FILE to a file that holds it$/],
  ])('stop the start when %s is %j', (name, value, message) => {
    expect(() => readConfiguration(KEY_MANAGEMENT_SETTINGS, { ...GIVEN, [name]: value })).toThrow(message);
  });
});
