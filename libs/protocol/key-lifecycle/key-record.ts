import { type EpochSeconds, KeyId } from '@tessera/vocabulary';
import { z } from 'zod';
import { KeyAlgorithm, KeyPurpose, type LeasedKey } from '../key-lease/index.js';

/** Where a key is in its life. */
export const KeyState = z.enum(['created', 'published', 'active', 'retiring', 'removed']);
/** Where a key is in its life. */
export type KeyState = z.infer<typeof KeyState>;

const instant = z.number() satisfies z.ZodType<EpochSeconds>;

/** A key without its material: what decisions about its life look at. Instants are the database's, in seconds. */
export const KeyRecord = z.object({
  kid: KeyId,
  purpose: KeyPurpose,
  algorithm: KeyAlgorithm,
  state: KeyState,
  createdAt: instant,
  publishedAt: instant.nullable(),
  activeAt: instant.nullable(),
  retiringAt: instant.nullable(),
  /** Earliest end of a retiring key; null while it is not retiring, and when only a command ends it. */
  removeAfter: instant.nullable(),
  removedAt: instant.nullable(),
  revoked: z.boolean(),
  /** Id of the key-encryption key its data key is wrapped with. */
  keyEncryptionKey: z.string(),
});
/** A key without its material. */
export type KeyRecord = z.infer<typeof KeyRecord>;

type Placed = Pick<KeyRecord, 'purpose' | 'state'>;

/** KEY-3, KEY-4: whether the public part stands in the JWKS: from its publication until the last token it signed is over. */
export function isInJwks({ purpose, state }: Placed): boolean {
  return purpose === 'sign' && (state === 'published' || state === 'active' || state === 'retiring');
}

/** Whether new values are sealed to the public part now. */
export function isSealingKey({ purpose, state }: Placed): boolean {
  return (purpose === 'password-transport' || purpose === 'client-secret') && state === 'active';
}

/**
 * How a lessee may use the key; null when it is not leased. Only the active key signs, and nothing is opened with a signing
 * key, so no other is given out; keys that open or derive are leased before they are active, so that no process is handed
 * something it cannot open, and until they are removed.
 */
export function leasedUse({ purpose, state }: Placed): LeasedKey['use'] | null {
  if (state === 'created' || state === 'removed') return null;
  return purpose === 'sign' && state !== 'active' ? null : state;
}
