import { createHmac } from 'node:crypto';
import { type AccountId, USER_SUBJECT_PREFIX } from '@tessera/vocabulary';
import type { ClientMetadata } from '../client/index.js';

/** 132 bits: as many characters as an account id has, so that the two look alike. */
const PAIRWISE_CHARACTERS = 22;

/**
 * The `sub` a client knows a person by (OIDC Core §8). Public: the account id. Pairwise: a keyed hash over the sector and the
 * account (§8.1), so that clients of different sectors cannot tell that they have the same user, and nobody can turn it back
 * without the salt. The salt is never rotated: it would make strangers of all users.
 *
 * @param salt is asked for pairwise clients only; it may throw an outage.
 */
export function subjectOf(client: ClientMetadata, accountId: AccountId, salt: () => Uint8Array): string {
  const { subjectType, sectorIdentifier } = client.registration;
  if (subjectType === 'public') return accountId;
  const digest = createHmac('sha256', salt()).update(`${sectorIdentifier ?? client.clientId}\0${accountId}`).digest('base64url');
  return `${USER_SUBJECT_PREFIX}${digest.slice(0, PAIRWISE_CHARACTERS)}`;
}
