import type { Logger } from '@tessera/observability';
import { type AccountRecord, isUsable, normalizeIdentifier, presentedPassword } from '@tessera/protocol/account';
import { type AccountId, OAuthError } from '@tessera/vocabulary';
import type { QueryRunner } from '@tessera/database';
import type { Candidate, PasswordAttempts } from './password-attempts.js';
import type { PasswordHasher } from './password-hashing.js';
import type { SealedSecrets } from './sealed-secrets.js';

/** One attempt to prove who one is by a password. */
export interface SignInAttempt {
  /** As typed. */
  readonly identifier: string;
  /** As the gateway sealed it (decision 8). */
  readonly sealedPassword: string;
  /** The id of the request at the edge, which the value is sealed for. */
  readonly requestId: string;
  readonly purpose: 'sign-in' | 'password-grant' | 'current-password';
  /** Address of the client as the gateway knows it. */
  readonly sourceAddress: string;
}

/** `wrong` is all there is to know of an unknown person, a wrong or empty password, a disabled or locked account (UIX-6). */
export type SignInOutcome =
  /** `passwordChangedAt` names the password that was right: who begins something on it makes sure in that statement that it still is. */
  | { readonly outcome: 'right'; readonly account: AccountRecord; readonly passwordChangedAt: string }
  | { readonly outcome: 'wrong' }
  | { readonly outcome: 'too-many'; readonly waitSeconds: number };

/** What {@link PasswordSignIn} needs. */
export interface PasswordSignInPorts {
  readonly secrets: SealedSecrets;
  readonly attempts: PasswordAttempts;
  readonly hasher: PasswordHasher;
  readonly queries: QueryRunner;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** The stored form that was right; for who replaces it. */
export type CheckedPassword =
  | { readonly outcome: 'right'; readonly account: AccountRecord; readonly passwordChangedAt: string; readonly stored: string }
  | Exclude<SignInOutcome, { outcome: 'right' }>;

/** What is hashed where nothing could be right: as long as a password, and known to nobody. */
const NO_PASSWORD = 'no password is hashed here';

/**
 * Signing in by password. Each attempt is counted before it is hashed, and hashes exactly once whatever is wrong with it
 * (CCR-3, CCR-4): the time it takes tells nothing about who exists.
 */
export class PasswordSignIn {
  constructor(private readonly ports: PasswordSignInPorts) {}

  /**
   * @throws {OAuthError} `account.sealed_secret` when the sealed value is not for this request, or was opened before.
   * @throws {Outage} without a database or a lease, or when too many passwords wait to be hashed.
   */
  async attempt(attempt: SignInAttempt): Promise<SignInOutcome> {
    const checked = await this.check({ ...attempt, who: normalizeIdentifier(attempt.identifier) });
    if (checked.outcome !== 'right') return checked;
    const { stored: _stored, ...right } = checked;
    return right;
  }

  /** Like {@link attempt}, for an account that is known by its id. */
  async check(attempt: Omit<SignInAttempt, 'identifier'> & { readonly who: ReturnType<typeof normalizeIdentifier> | AccountId }): Promise<CheckedPassword> {
    const { secrets, attempts } = this.ports;
    const { requestId, purpose, sourceAddress, who } = attempt;
    const { secret, exp } = await secrets.open(attempt.sealedPassword, { rid: requestId, purpose });
    const counted = await attempts.begin({ who, sourceAddress, requestId, purpose, secretEndsAt: exp });
    switch (counted.outcome) {
      case 'replayed':
        throw new OAuthError('account.sealed_secret', { why: 'opened before' });
      case 'too-many':
        this.ports.logger.warn('a password was not looked at: too many attempts', { requestId, detail: { by: counted.by } });
        return { outcome: 'too-many', waitSeconds: counted.waitSeconds };
      case 'counted': {
        const right = await this.verified(counted.candidate, presentedPassword(secret));
        if (right === null || !(await attempts.succeeded(counted.keys, right.candidate))) {
          this.ports.logger.info('a sign-in by password failed', { requestId, detail: { why: whyNot(counted.candidate) } });
          return { outcome: 'wrong' };
        }
        const { secret: _stored, changedAt, ...account } = right.candidate;
        const stored = await this.refreshed(account.id, right.stored, secret);
        return { outcome: 'right', account, passwordChangedAt: changedAt ?? '', stored };
      }
    }
  }

  /** Hashes once, always: against the stored form, or against the decoy when nothing could be right. */
  private async verified(
    candidate: Candidate | null,
    password: string | null,
  ): Promise<{ readonly candidate: Candidate; readonly stored: string } | null> {
    const { hasher } = this.ports;
    const possible = candidate !== null && candidate.secret !== null && password !== null && isUsable(candidate);
    const stored = possible ? candidate.secret : null;
    const fits = await hasher.verify(stored ?? hasher.decoy, password ?? NO_PASSWORD);
    return fits && possible && stored !== null ? { candidate, stored } : null;
  }

  /** SEC-1: stored anew with the present parameters, while the password is at hand. Not doing it now is no reason to refuse. */
  private async refreshed(accountId: AccountId, stored: string, secret: string): Promise<string> {
    const { hasher, queries, logger } = this.ports;
    const password = presentedPassword(secret);
    if (password === null || !hasher.outdated(stored)) return stored;
    try {
      const fresh = await hasher.hash(password);
      const [row] = await queries.run('rehash-password', [accountId, stored, fresh]);
      return row === undefined ? stored : fresh;
    } catch (error) {
      logger.warn('a password was not hashed anew', { error });
      return stored;
    }
  }
}

/** For the log only; a wrong password of a usable account is `password`. */
function whyNot(candidate: Candidate | null): string {
  if (candidate === null) return 'unknown';
  if (!candidate.enabled) return 'disabled';
  if (candidate.locked) return 'locked';
  return candidate.secret === null ? 'no password' : 'password';
}
