import { Renewal, systemTimer, type Timer } from '@tessera/key-lease';
import type { Logger, Metrics } from '@tessera/observability';
import type { KeyRecord } from '@tessera/protocol/key-lifecycle';
import { type Clock, Outage } from '@tessera/vocabulary';
import type { KeyManagement } from './key-management.js';

/** Milliseconds between two looks at what is due. */
const UPKEEP_MS = 10_000;
/** Runs between two removals of old audit rows: about an hour. */
const AUDIT_REMOVAL_EVERY = 360;

/** What has to be done again and again: the schedule of keys, the keyring, the numbers operators watch. */
export class KeyUpkeep {
  private readonly renewal: Renewal;
  private readonly measure: (keys: readonly KeyRecord[], wrapped: readonly { id: string; wrapped: number }[]) => void;
  private runs = 0;
  private encryptionProblem: string | null = null;

  constructor(
    private readonly management: KeyManagement,
    private readonly options: { readonly clock: Clock; readonly logger: Logger; readonly metrics: Metrics; readonly timer?: Timer },
  ) {
    this.measure = measuring(options.metrics, options.clock);
    this.renewal = new Renewal({
      attempt: () => this.run(),
      pauseMs: UPKEEP_MS,
      needMs: UPKEEP_MS,
      clock: options.clock,
      timer: options.timer ?? systemTimer,
      onFailure: (error, failures) => options.logger.error('the schedule of keys cannot be kept', { attempt: failures, error }),
    });
  }

  /** One run; then one every ten seconds, whatever becomes of it. @throws {Outage} when the first one fails. */
  start(): Promise<void> {
    return this.renewal.start();
  }

  stop(): void {
    this.renewal.stop();
  }

  /** Whether every key-encryption key in use was there when last looked (F29: at run time a missing one stops no lease). */
  get encryptionHolds(): boolean {
    return this.encryptionProblem === null;
  }

  private async run(): Promise<void> {
    await this.checkEncryption();
    const { management } = this;
    const keys = await management.schedule.run();
    management.vault.keepOnly(new Set(keys.map(({ kid }) => kid)));
    this.measure(keys, await management.wrappings.counts());
    if (this.runs % AUDIT_REMOVAL_EVERY === 0) await management.leases.removeOldAudit();
    this.runs += 1;
  }

  private async checkEncryption(): Promise<void> {
    try {
      await this.management.checkEncryption();
      this.encryptionProblem = null;
    } catch (error) {
      if (!(error instanceof Outage) || error.dependency !== 'key-encryption') throw error;
      if (this.runs === 0) throw error; // F29: at the start the process is not ready
      if (this.encryptionProblem !== error.message) this.options.logger.error('a key-encryption key is away', { error });
      this.encryptionProblem = error.message;
    }
  }
}

function measuring(metrics: Metrics, clock: Clock) {
  const wrappedKeys = metrics.gauge('kek_wrapped_keys', 'Keys that each key-encryption key wraps.', ['kek']);
  const keyAge = metrics.gauge('signing_key_age_seconds', 'Seconds since a signing key came into its state.', ['algorithm', 'state']);
  return (keys: readonly KeyRecord[], wrapped: readonly { id: string; wrapped: number }[]) => {
    wrappedKeys.reset();
    for (const { id, wrapped: count } of wrapped) wrappedKeys.set({ kek: id }, count);
    keyAge.reset();
    for (const { purpose, algorithm, state, ...at } of keys) {
      const since = at.retiringAt ?? at.activeAt ?? at.publishedAt ?? at.createdAt;
      if (purpose === 'sign') keyAge.set({ algorithm, state }, Math.max(0, clock.epochSeconds() - since));
    }
  };
}
