import { hash, parseOptions, verify } from '@node-rs/argon2';
import { Outage } from '@tessera/vocabulary';

/** Makes and checks stored forms of passwords. Everything here costs about the same time and memory. */
export interface PasswordHasher {
  /** @throws {Outage} when too many are waiting already. */
  hash(password: string): Promise<string>;
  /** @throws {Outage} when too many are waiting already. */
  verify(stored: string, password: string): Promise<boolean>;
  /** Whether a stored form was made with other parameters than the present ones. */
  outdated(stored: string): boolean;
  /** A stored form that no password fits, of the cost of a present one (CCR-3). */
  readonly decoy: string;
}

/** SEC-1, OWASP Password Storage: argon2id with 19 MiB, 2 passes, one lane. `memoryCost` is in KiB. */
export const ARGON2_PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;

/** Hashes at the same time: below the 4 threads of the runtime's pool, which resolves names and opens files as well. */
const AT_ONCE = 2;
/** Hashes that wait at most: a second of work on two cores, within what one hop may take. */
const WAITING_MAX = 64;

/**
 * argon2id in a bounded pool (CCR-5): memory is bounded by the number at once, the wait by the length of the queue; what does
 * not fit is refused at once instead of timing out later (REL-4). The pepper is a key beside the database: a dump of the table
 * alone cannot be guessed against (SEC-1). It cannot be changed without every password becoming unusable.
 */
export class Argon2Hasher implements PasswordHasher {
  readonly decoy: string;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly pepper: Uint8Array,
    private readonly limits: { readonly atOnce: number; readonly waitingMax: number } = { atOnce: AT_ONCE, waitingMax: WAITING_MAX },
  ) {
    const { memoryCost, timeCost, parallelism, outputLen } = ARGON2_PARAMETERS;
    const base64 = (octets: number) => Buffer.alloc(octets, 0x5a).toString('base64').replaceAll('=', '');
    this.decoy = `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${base64(16)}$${base64(outputLen)}`;
  }

  hash(password: string): Promise<string> {
    return this.bounded(() => hash(password, { ...ARGON2_PARAMETERS, secret: this.pepper }));
  }

  verify(stored: string, password: string): Promise<boolean> {
    return this.bounded(() => verify(stored, password, { secret: this.pepper }));
  }

  outdated(stored: string): boolean {
    const { memoryCost, timeCost, parallelism, outputLen } = parseOptions(stored);
    const present = ARGON2_PARAMETERS;
    return (
      !stored.startsWith('$argon2id$') ||
      memoryCost !== present.memoryCost ||
      timeCost !== present.timeCost ||
      parallelism !== present.parallelism ||
      outputLen !== present.outputLen
    );
  }

  private async bounded<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.turn();
    try {
      return await work();
    } finally {
      // The turn passes on directly, so that nobody comes in between and more than the limit run.
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }

  private async turn(): Promise<void> {
    if (this.running < this.limits.atOnce) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= this.limits.waitingMax) throw new Outage('password-hashing', 'too many passwords wait to be hashed');
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}
