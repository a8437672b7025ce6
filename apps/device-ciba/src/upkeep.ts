import type { QueryRunner } from '@tessera/database';
import { Renewal, systemTimer, type Timer } from '@tessera/key-lease';
import type { Logger } from '@tessera/observability';
import type { Clock } from '@tessera/vocabulary';

/** Milliseconds between two runs. */
const PAUSE_MS = 10_000;
/** Rows of one statement: short locks, short transactions. */
const ROWS_MAX = 1_000;
/** Statements of one kind in one run; what is left is for the next. */
const STATEMENTS_MAX = 20;

/** What is tidied, row by row; nothing depends on its being run (GEN-9, I4). */
const TIDYING = [
  'record-expired-device-authorizations',
  'remove-past-device-authorizations',
  'remove-past-user-code-failures',
  'record-expired-backchannel-requests',
  'give-up-expired-backchannel-deliveries',
  'give-up-expired-web-push-deliveries',
  'remove-past-backchannel-requests',
  'remove-past-backchannel-starts',
] as const;

/** What has to be done again and again. Every replica does it; the statements let each thing happen once. */
export class Upkeep {
  private readonly tidying: Renewal;

  constructor(
    private readonly queries: QueryRunner,
    { clock, logger, timer = systemTimer }: { readonly clock: Clock; readonly logger: Pick<Logger, 'warn'>; readonly timer?: Timer },
    private readonly statements: readonly string[] = TIDYING,
  ) {
    this.tidying = new Renewal({
      attempt: () => this.run(),
      pauseMs: PAUSE_MS,
      needMs: PAUSE_MS,
      clock,
      timer,
      onFailure: (error, failures) => logger.warn('what is past was not tidied; it is tried again', { attempt: failures, error }),
    });
  }

  start(): void {
    this.tidying.begin();
  }

  stop(): void {
    this.tidying.stop();
  }

  /** One run. @throws {Outage} when the database is away. */
  async run(): Promise<void> {
    for (const statement of this.statements) await this.tidy(statement);
  }

  private async tidy(statement: string): Promise<void> {
    let done = ROWS_MAX;
    for (let count = 0; count < STATEMENTS_MAX && done >= ROWS_MAX; count += 1) done = (await this.queries.run(statement, [ROWS_MAX])).length;
  }
}
