import type { KeyStatus } from '@tessera/contracts';
import type { KeyRecord } from '@tessera/protocol/key-lifecycle';
import type { EpochSeconds } from '@tessera/vocabulary';

/** A key as the operator sees it. */
export function statusOf(key: KeyRecord): KeyStatus {
  const { kid, purpose, algorithm, state, revoked, keyEncryptionKey } = key;
  return {
    kid,
    purpose,
    algorithm,
    state,
    revoked,
    keyEncryptionKey,
    createdAt: written(key.createdAt),
    publishedAt: writtenIfAny(key.publishedAt),
    activatedAt: writtenIfAny(key.activeAt),
    retiringAt: writtenIfAny(key.retiringAt),
    removeAfter: writtenIfAny(key.removeAfter),
    removedAt: writtenIfAny(key.removedAt),
  };
}

/** ISO 8601, UTC, milliseconds. */
function written(instant: EpochSeconds): string {
  return new Date(instant * 1_000).toISOString();
}

function writtenIfAny(instant: EpochSeconds | null): string | null {
  return instant === null ? null : written(instant);
}
