import { createSecretKey, type KeyObject } from 'node:crypto';
import { json } from '@tessera/configuration';
import { z } from 'zod';

/** The key-encryption keys of this deployment: one wraps, all unwrap. */
export interface Keyring {
  /** Id of the key that wraps. */
  readonly active: string;
  readonly keys: ReadonlyMap<string, KeyObject>;
}

const KeyEncryptionKeyId = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'expected an id of letters, digits, dots, dashes');
/** 256 bits as base64url without padding. */
const KeyBytes = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, 'expected 32 bytes as base64url, 43 characters');

/** KEY_ENCRYPTION_KEYRING: `{"active": "<id>", "keys": {"<id>": "<32 bytes as base64url>"}}`. */
export const keyringSetting = json(
  z
    .object({ active: KeyEncryptionKeyId, keys: z.record(KeyEncryptionKeyId, KeyBytes) })
    .refine(({ active, keys }) => Object.hasOwn(keys, active), { path: ['active'], message: 'expected the id of one of the keys' }),
).transform(
  ({ active, keys }): Keyring => ({
    active,
    keys: new Map(Object.entries(keys).map(([id, bytes]) => [id, createSecretKey(bytes, 'base64url')])),
  }),
);
