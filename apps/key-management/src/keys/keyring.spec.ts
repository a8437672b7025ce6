import { ConfigurationError, readConfiguration } from '@tessera/configuration';
import { silentLogger } from '@tessera/observability';
import { keyBytes, keyring } from '../testing.js';
import { KeyEncryption } from './key-encryption.js';
import { keyringSetting } from './keyring.js';

const read = (value: unknown) => readConfiguration({ KEY_ENCRYPTION_KEYRING: keyringSetting }, { KEY_ENCRYPTION_KEYRING: JSON.stringify(value) }).KEY_ENCRYPTION_KEYRING;

describe('KEY_ENCRYPTION_KEYRING', () => {
  it('is the key that wraps and those that unwrap, 256 bits each', () => {
    const { active, keys } = read({ active: 'kek-2', keys: { 'kek-1': keyBytes(), 'kek-2': keyBytes() } });
    expect([active, [...keys.keys()], [...keys.values()].map(({ symmetricKeySize }) => symmetricKeySize)]).toEqual(['kek-2', ['kek-1', 'kek-2'], [32, 32]]);
  });

  it.each([
    ['an active key that is not among them', { active: 'kek-2', keys: { 'kek-1': keyBytes() } }, /^KEY_ENCRYPTION_KEYRING is wrong at active: /],
    ['an active key by the name of an object member', { active: 'constructor', keys: { 'kek-1': keyBytes() } }, /at active: /],
    ['31 bytes', { active: 'a', keys: { a: Buffer.alloc(31).toString('base64url') } }, /at keys\.a: expected 32 bytes as base64url, 43 characters$/],
    ['33 bytes', { active: 'a', keys: { a: Buffer.alloc(33).toString('base64url') } }, /at keys\.a: /],
    ['base64 with padding', { active: 'a', keys: { a: Buffer.alloc(32).toString('base64') } }, /at keys\.a: /],
    ['no keys', { active: 'a' }, /at keys: /],
    ['an id with spaces', { active: 'a b', keys: { 'a b': keyBytes() } }, /at active: /],
  ])('stops the start for %s, without repeating it', (_case, value, message) => {
    expect(() => read(value)).toThrow(ConfigurationError);
    expect(() => read(value)).toThrow(message);
  });
});

describe('F29 a keyring that cannot be read again', () => {
  it('leaves the one read before, with one line in the log', () => {
    const lines: string[] = [];
    const logger = { ...silentLogger, error: (message: string) => void lines.push(message) };
    let readable = true;
    const encryption = new KeyEncryption(() => {
      if (!readable) throw new ConfigurationError('KEY_ENCRYPTION_KEYRING_FILE names a file which cannot be read (ENOENT)');
      return keyring('kek-1', { 'kek-1': keyBytes() });
    }, logger);
    const wrapped = encryption.wrap(Buffer.from('data key'), 'purpose');
    readable = false;
    encryption.reload();
    encryption.reload();
    expect(Buffer.from(encryption.unwrap(wrapped, 'purpose')).toString()).toBe('data key');
    expect(lines).toHaveLength(1);
  });
});
