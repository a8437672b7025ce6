import { AccountId } from '@tessera/vocabulary';
import { z } from 'zod';
import { StandardClaims } from './standard-claims.js';

/** A person as the rest of the provider knows them; no credential is part of it. */
export const AccountRecord = z.object({
  id: AccountId,
  /** False: an administrator took the account out of use. */
  enabled: z.boolean(),
  /** Locked by an administrator. Too many wrong passwords lock nothing: else strangers could sign people out (GEN-6). */
  locked: z.boolean(),
  claims: StandardClaims,
  /** What the person signs in with: the user name, else the email address. */
  identifier: z.string(),
});
/** A person as the rest of the provider knows them. */
export type AccountRecord = z.infer<typeof AccountRecord>;

/** Whether the person may sign in, and what was granted may be used. */
export function isUsable(account: Pick<AccountRecord, 'enabled' | 'locked'>): boolean {
  return account.enabled && !account.locked;
}
