import { createSecretKey, randomBytes } from 'node:crypto';
import { decryptBox, encryptBox } from './authenticated-encryption.js';

const key = createSecretKey(randomBytes(32));
const box = encryptBox(key, Buffer.from('plain'), 'purpose');
const changed = (at: number) => Buffer.from(box.map((byte, index) => (index === at ? byte ^ 1 : byte)));

describe('KEY-6 AES-256-GCM with the purpose as associated data', () => {
  it('opens what it closed', () => {
    expect(decryptBox(key, box, 'purpose')?.toString()).toBe('plain');
  });
  it('never closes the same text to the same box', () => {
    expect(encryptBox(key, Buffer.from('plain'), 'purpose').equals(box)).toBe(false);
  });
  it.each([
    ['another purpose', key, box, 'purpose2'],
    ['another key', createSecretKey(randomBytes(32)), box, 'purpose'],
    ['a changed version', key, changed(0), 'purpose'],
    ['a changed iv', key, changed(1), 'purpose'],
    ['a changed tag', key, changed(13), 'purpose'],
    ['a changed text', key, changed(29), 'purpose'],
    ['a shortened tag', key, box.subarray(0, 20), 'purpose'],
    ['nothing', key, Buffer.alloc(0), 'purpose'],
  ])('MUST NOT open with %s', (_case, with_, given, purpose) => {
    expect(decryptBox(with_, given, purpose)).toBeNull();
  });
});
