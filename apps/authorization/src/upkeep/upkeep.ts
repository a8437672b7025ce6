import type { QueryRunner } from '@tessera/database';
import { Renewal, systemTimer, type Timer } from '@tessera/key-lease';
import type { Logger } from '@tessera/observability';
import { type Clock, REFRESH_TOKEN_LIFETIME_SECONDS_DEFAULT } from '@tessera/vocabulary';

/** Milliseconds between two looks for key sets that are due. */
const KEY_SETS_MS = 15_000;
/** Milliseconds between two looks for secrets that are sealed to an old key, which stays for long after its rotation. */
const RESEALING_MS = 60_000;
/** Milliseconds between two removals of what is looked for client by client. */
const REMOVAL_MS = 3_600_000;
const REMOVED_MAX = 1_000;

/** Milliseconds between two removals of what signing in leaves behind. */
const SIGN_IN_REMOVAL_MS = 60_000;
/** Batches of one kind in one run, each with at most so many rows as above; what is left is for the next. */
const BATCHES_MAX = 20;
/** Nothing depends on their being run: what has expired is judged by its expiry (GEN-9). */
const SIGN_IN_REMOVALS = [
  // Before any grant goes: with the first one a registered client is in use for good.
  'mark-used-registrations',
  'remove-past-initial-access-tokens',
  'remove-expired-interactions',
  'remove-expired-authorization-codes',
  'remove-expired-pushed-authorization-requests',
  'remove-past-sessions',
  'remove-revoked-grants',
  'remove-grants-of-past-sessions',
  'remove-past-sign-in-failures',
  'remove-opened-secrets',
  'give-up-expired-logout-deliveries',
  'remove-settled-logout-deliveries',
] as const;

/** What has to be done again and again. Every replica does it; the statements let each thing happen once. */
export class Upkeep {
  private readonly keySets: Renewal;
  private readonly resealing: Renewal;
  private readonly removal: Renewal;
  private readonly signInRemoval: Renewal;

  constructor(
    private readonly work: {
      readonly refreshDueKeySets: () => Promise<unknown>;
      readonly resealSecrets: () => Promise<unknown>;
      readonly queries: QueryRunner;
      /** Seconds a registered client that nobody signed in with stays. */
      readonly unusedRegistrationSeconds: number;
    },
    private readonly options: { readonly clock: Clock; readonly logger: Pick<Logger, 'warn'>; readonly timer?: Timer },
  ) {
    this.keySets = this.repeating('key sets', KEY_SETS_MS, work.refreshDueKeySets);
    this.resealing = this.repeating('sealed secrets', RESEALING_MS, work.resealSecrets);
    this.removal = this.repeating('what clients leave behind', REMOVAL_MS, () => this.removeClientRows());
    this.signInRemoval = this.repeating('what signing in leaves behind', SIGN_IN_REMOVAL_MS, () => this.removeSignInRows());
  }

  start(): void {
    for (const task of [this.keySets, this.resealing, this.removal, this.signInRemoval]) task.begin();
  }

  stop(): void {
    for (const task of [this.keySets, this.resealing, this.removal, this.signInRemoval]) task.stop();
  }

  /** There are key sets to be fetched for the first time. */
  keySetsNow(): void {
    this.keySets.now();
  }

  private async removeClientRows(): Promise<void> {
    await this.removeAll('remove-old-client-changes');
    await this.removeAll('remove-outlived-grants', REFRESH_TOKEN_LIFETIME_SECONDS_DEFAULT);
  }

  private async removeSignInRows(): Promise<void> {
    for (const statement of SIGN_IN_REMOVALS) await this.removeAll(statement);
    await this.removeAll('remove-unused-registrations', this.work.unusedRegistrationSeconds);
  }

  /** In batches, until one is not full: no statement holds many rows, or for long. */
  private async removeAll(statement: string, ...params: readonly unknown[]): Promise<void> {
    let removed = REMOVED_MAX;
    for (let batch = 0; batch < BATCHES_MAX && removed >= REMOVED_MAX; batch += 1) {
      removed = (await this.work.queries.run(statement, [REMOVED_MAX, ...params])).length;
    }
  }

  private repeating(what: string, pauseMs: number, attempt: () => Promise<unknown>): Renewal {
    const { clock, logger, timer = systemTimer } = this.options;
    return new Renewal({
      attempt: async () => void (await attempt()),
      pauseMs,
      needMs: pauseMs,
      clock,
      timer,
      onFailure: (error, failures) =>
        logger.warn(`the upkeep of ${what} failed; it is tried again`, { attempt: failures, error }),
    });
  }
}
