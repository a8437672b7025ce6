import { type KeyEncryption, missingKey, wrongKey } from './key-encryption.js';
import type { SqlKeyWrappings } from './sql-key-wrappings.js';

/**
 * Every key-encryption key that is needed is in the keyring and is the right one: those that wrap a key, and the one that
 * wraps the next. So a wrong or missing one is noticed before the first key is to be opened, or made (F29).
 *
 * @throws {Outage} `key-encryption` naming the first one that is not.
 */
export async function checkKeyEncryption(
  encryption: KeyEncryption,
  wrappings: Pick<SqlKeyWrappings, 'counts' | 'canaries' | 'createCanary'>,
): Promise<void> {
  const needed = new Set([...(await wrappings.counts()).map(({ id }) => id), encryption.active]);
  const missing = [...needed].find((id) => !encryption.has(id));
  if (missing !== undefined) throw missingKey(missing);

  const known = await wrappings.canaries();
  for (const id of needed) if (!known.has(id)) await wrappings.createCanary(id, encryption.sealCanary(id));
  const canaries = await wrappings.canaries(); // again: another process may have put a canary there first
  const wrong = [...needed].find((id) => !encryption.opensCanary(id, canaries.get(id) ?? new Uint8Array()));
  if (wrong !== undefined) throw wrongKey(wrong);
}
