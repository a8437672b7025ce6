import { createHash } from 'node:crypto';
import { type Clock, FAILURE_KEYS_MAX } from '@tessera/vocabulary';
import { networkOf } from '../http/source-address.js';
import { FailureWindow } from './failure-window.js';

/** Failures within a minute above which a source has to wait. */
export interface FailureLimits {
  /** As one client from one source: guessing at a client never locks it out elsewhere (CLI-10). */
  readonly perClient: number;
  /** From one source, whatever the client. */
  readonly perSource: number;
}

/** Counts shared by all gateway processes. Told after the fact, never waited for (EDG-8). */
export interface SharedCounts {
  /** Adds to the key within this minute and passes on what all processes counted; says nothing when it cannot. */
  add(key: string, count: number, counted: (count: number) => void): void;
}

/**
 * Limits failed client authentications. Only failures are counted, and while nobody fails a request costs one comparison. The
 * counts of this process always stand; the shared ones can only raise them, so losing the store loosens the limit to one per
 * process and never to none (I7).
 */
export class FailedAuthentications {
  private readonly byClient: FailureWindow;
  private readonly bySource: FailureWindow;

  constructor(
    limits: FailureLimits,
    private readonly shared: SharedCounts,
    clock: Clock,
  ) {
    this.byClient = new FailureWindow(clock, limits.perClient, FAILURE_KEYS_MAX);
    this.bySource = new FailureWindow(clock, limits.perSource, FAILURE_KEYS_MAX);
  }

  /** Seconds this source has to wait before it may try as this client; 0 for now. The client is asked for only if it matters. */
  secondsToWait(source: string, clientId: () => string | null): number {
    const forSource = this.bySource.blocking ? this.bySource.secondsToWait(sourceKey(source)) : 0;
    if (forSource > 0 || !this.byClient.blocking) return forSource;
    const client = clientId();
    return client === null ? 0 : this.byClient.secondsToWait(clientKey(source, client));
  }

  /** An authentication as this client failed; null when the request named no client. */
  failed(source: string, clientId: string | null): void {
    this.count(this.bySource, sourceKey(source));
    if (clientId !== null) this.count(this.byClient, clientKey(source, clientId));
  }

  private count(failures: FailureWindow, key: string): void {
    failures.add(key);
    this.shared.add(key, 1, (count) => failures.raise(key, count));
  }
}

const sourceKey = (source: string): string => countKey(`source\n${networkOf(source)}`);
const clientKey = (source: string, clientId: string): string => countKey(`client\n${networkOf(source)}\n${clientId}`);

/** The key of a count: bounded, and a store that leaks tells neither clients nor addresses. */
export function countKey(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
