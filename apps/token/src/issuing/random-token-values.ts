import { randomBytes } from 'node:crypto';
import type { TokenValues } from '@tessera/protocol/access-token';

/** Bytes drawn at once: asking the generator costs more than what it gives. */
const POOL_BYTES = 4096;
/** GEN-3: at least 128 bits. */
const JTI_BYTES = 16;
/** Ours: handles are 43 characters base64url, 256 bits. */
const HANDLE_BYTES = 32;

/** Values from the system's generator. A byte is given out once and then wiped, so that no handle lingers in memory. */
export class RandomTokenValues implements TokenValues {
  private pool = Buffer.alloc(0);
  private used = 0;

  jti(): string {
    return this.draw(JTI_BYTES);
  }

  handle(): string {
    return this.draw(HANDLE_BYTES);
  }

  private draw(count: number): string {
    if (this.used + count > this.pool.length) {
      this.pool = randomBytes(POOL_BYTES);
      this.used = 0;
    }
    const from = this.used;
    this.used += count;
    const value = this.pool.toString('base64url', from, this.used);
    this.pool.fill(0, from, this.used);
    return value;
  }
}
