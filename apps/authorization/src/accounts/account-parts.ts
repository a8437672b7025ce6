import type { Queries } from '@tessera/database';
import type { Logger } from '@tessera/observability';
import type { Clock } from '@tessera/vocabulary';
import { AdministrationTurns } from '../administration/index.js';
import { SqlPasswordAttempts } from './password-attempts.js';
import { PasswordChange } from './password-change.js';
import { Argon2Hasher, type PasswordHasher } from './password-hashing.js';
import { PasswordSignIn } from './password-sign-in.js';
import { SealedPasswords } from './sealed-passwords.js';
import { SealedSecrets, type TransportKeys } from './sealed-secrets.js';
import { UserAdministration } from './user-administration.js';
import { UserCodeCheck } from './user-code-check.js';

/** What accounts stand on. */
export interface AccountFoundation {
  readonly queries: Queries;
  /** The lease; it needs the purpose `password-transport`. */
  readonly lease: TransportKeys;
  /** At least 32 octets (SEC-6). */
  readonly pepper: Uint8Array;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Instead of argon2id, in specs. */
  readonly hasher?: PasswordHasher;
}

/** The accounts of this service, bound to what they stand on. One hasher per process, because it bounds the memory. */
export interface AccountParts {
  readonly passwordSignIn: PasswordSignIn;
  readonly passwordChange: PasswordChange;
  /** Passwords that operators set, by `apply` or one by one. */
  readonly sealedPasswords: SealedPasswords;
  readonly userAdministration: UserAdministration;
  /** What people tell clients of a backchannel authentication. */
  readonly userCodes: UserCodeCheck;
}

/** Binds the accounts. */
export function accountParts({ queries, lease, pepper, clock, logger, hasher = new Argon2Hasher(pepper) }: AccountFoundation): AccountParts {
  const secrets = new SealedSecrets(lease, clock);
  const sealedPasswords = new SealedPasswords(secrets, hasher);
  const passwordSignIn = new PasswordSignIn({ secrets, attempts: new SqlPasswordAttempts(queries), hasher, queries, logger });
  return {
    passwordSignIn,
    passwordChange: new PasswordChange({ secrets, signIn: passwordSignIn, hasher, queries }),
    sealedPasswords,
    userAdministration: new UserAdministration(queries, new AdministrationTurns(queries), sealedPasswords),
    userCodes: new UserCodeCheck(secrets, hasher, queries, logger),
  };
}
