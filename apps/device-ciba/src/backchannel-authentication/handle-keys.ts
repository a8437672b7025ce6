import type { MacKey } from '@tessera/key-lease';
import { deriveBackchannelHandle } from '@tessera/protocol/backchannel-authentication';
import type { KeyId } from '@tessera/vocabulary';

/** The derivation keys on loan. */
export interface DerivationKeys {
  /** The active one first. @throws {Outage} without a valid lease. */
  macKeys(purpose: 'derivation'): readonly [MacKey, ...MacKey[]];
}

/** The key a row's handles were derived with; null when it is no longer leased, long after the row expired. */
export function handleKey(lease: DerivationKeys, kid: KeyId): MacKey | null {
  return lease.macKeys('derivation').find((key) => key.kid === kid) ?? null;
}

/** What the person's page calls a request; null when its key is gone. */
export function approvalHandle(lease: DerivationKeys, id: string, kid: KeyId): string | null {
  const key = handleKey(lease, kid);
  return key === null ? null : deriveBackchannelHandle('approval', id, key);
}
