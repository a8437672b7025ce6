import { createHash } from 'node:crypto';
import type { QueryRunner } from '@tessera/database';
import { AccountRecord, type Identifier, type SecretPurpose } from '@tessera/protocol/account';
import { ACCOUNT_ATTEMPT_LIMITS, blockSteps, SOURCE_ATTEMPT_LIMITS, sourceNetwork } from '@tessera/protocol/sign-in-attempts';
import type { AccountId, EpochSeconds } from '@tessera/vocabulary';
import { z } from 'zod';

/** An attempt as it is counted: for whom, from where, and which sealed value it spends. */
export interface BegunAttempt {
  /** Null for what nobody can be called. */
  readonly who: Identifier | AccountId | null;
  readonly sourceAddress: string;
  readonly requestId: string;
  readonly purpose: SecretPurpose;
  readonly secretEndsAt: EpochSeconds;
}

/** The account an attempt is for, with the stored form of its password and when it was set; null where it has none. */
export const Candidate = AccountRecord.extend({ secret: z.string().nullable(), changedAt: z.string().nullable() });
/** The account an attempt is for. */
export type Candidate = z.infer<typeof Candidate>;

/** Names the two counters of an attempt. */
export interface AttemptKeys {
  readonly source: Buffer;
  readonly account: Buffer;
}

/** What became of an attempt before anything was hashed. */
export type CountedAttempt =
  | { readonly outcome: 'counted'; readonly candidate: Candidate | null; readonly keys: AttemptKeys }
  | { readonly outcome: 'too-many'; readonly by: 'account' | 'source'; readonly waitSeconds: number }
  /** The sealed value was opened before. */
  | { readonly outcome: 'replayed' };

/** Attempts by password, counted (CCR-4). */
export interface PasswordAttempts {
  /** One atomic step: the sealed value is spent, the attempt counted, and the account found. */
  begin(attempt: BegunAttempt): Promise<CountedAttempt>;
  /** The password was right: false when it was changed, or the account taken out of use, while it was hashed. */
  succeeded(keys: AttemptKeys, candidate: Candidate): Promise<boolean>;
}

const Row = z.object({
  outcome: z.enum(['counted', 'replayed', 'source-blocked', 'account-blocked']),
  waitSeconds: z.number().int(),
  accountKey: z.instanceof(Buffer),
  candidate: Candidate.nullable(),
});

const Stands = z.object({ stands: z.boolean() });

/** Attempts in PostgreSQL: they are counted over all replicas, and survive a restart (I7). */
export class SqlPasswordAttempts implements PasswordAttempts {
  constructor(private readonly queries: QueryRunner) {}

  async begin(attempt: BegunAttempt): Promise<CountedAttempt> {
    const { who, requestId, purpose, secretEndsAt } = attempt;
    const source = sourceKey(attempt.sourceAddress);
    const [identifier, accountId] = typeof who === 'string' ? [null, who] : [who, null];
    const [row] = await this.queries.run('begin-password-attempt', [
      requestId,
      purpose,
      secretEndsAt,
      identifier?.kind ?? null,
      identifier?.value ?? null,
      accountId,
      source,
      SOURCE_ATTEMPT_LIMITS.threshold,
      ACCOUNT_ATTEMPT_LIMITS.threshold,
      ACCOUNT_ATTEMPT_LIMITS.windowSeconds,
      blockSteps(ACCOUNT_ATTEMPT_LIMITS),
    ]);
    const { outcome, candidate, accountKey, waitSeconds } = Row.parse(row);
    switch (outcome) {
      case 'counted':
        return { outcome, candidate, keys: { source, account: accountKey } };
      case 'replayed':
        return { outcome };
      case 'source-blocked':
        return { outcome: 'too-many', by: 'source', waitSeconds };
      case 'account-blocked':
        return { outcome: 'too-many', by: 'account', waitSeconds };
    }
  }

  async succeeded({ source, account }: AttemptKeys, { id, changedAt }: Candidate): Promise<boolean> {
    const [row] = await this.queries.run('end-password-attempt', [source, account, id, changedAt]);
    return Stands.parse(row).stands;
  }
}

function sourceKey(address: string): Buffer {
  return createHash('sha256').update(sourceNetwork(address)).digest();
}
