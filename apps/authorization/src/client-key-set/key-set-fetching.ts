import type { Logger } from '@tessera/observability';
import { fetchClaimed, type KeySetClaim, type KeySetPorts, type KeySetRefresh } from '@tessera/protocol/client-key-set';
import type { ClientId, Clock } from '@tessera/vocabulary';

/** Fetches of one batch; they go on side by side, each bounded in time by the guarded client. */
const BATCH_MAX = 16;
/** Batches of one run; what is left is for the next. */
const BATCHES_MAX = 64;
/** Clients whose shorter freshness this process remembers; beyond them the hour applies. */
const EARLY_MAX = 10_000;

/**
 * Keeps the key sets of clients current: on demand, when a `kid` is unknown, and by the clock. The database lets one fetch per
 * client and minute through over all replicas; within this process those who want the same set wait for one fetch.
 *
 * Freshness below the hour is remembered by the process that fetched, and lost with it: then the hour applies (OUT-5 allows a day).
 */
export class KeySetFetching {
  private readonly underWay = new Map<ClientId, Promise<KeySetRefresh>>();
  /** Client → instant of the monotonic clock, milliseconds, from which its keys are asked for again. */
  private readonly earlyFrom = new Map<ClientId, number>();

  constructor(
    private readonly ports: KeySetPorts,
    private readonly news: { announce(): Promise<void> },
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly logger: Pick<Logger, 'info' | 'warn'>,
  ) {}

  /** Fetches the set of one client now, unless that happened within the last minute. */
  refresh(clientId: ClientId): Promise<KeySetRefresh> {
    return this.underWay.get(clientId) ?? this.shared(clientId, () => this.claimAndFetch(clientId));
  }

  /** Fetches every set whose time has come. How many. @throws {Outage} when the database is away. */
  async refreshDue(): Promise<number> {
    let count = 0;
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      const claims = await this.ports.keySets.claimDue(BATCH_MAX, this.early());
      await Promise.all(claims.map((claim) => this.shared(claim.clientId, () => this.fetch(claim))));
      count += claims.length;
      if (claims.length < BATCH_MAX) break;
    }
    return count;
  }

  /** Resolves when no fetch is under way. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.underWay.values());
  }

  private async claimAndFetch(clientId: ClientId): Promise<KeySetRefresh> {
    const claim = await this.ports.keySets.claim(clientId);
    return claim.outcome === 'claimed' ? await this.fetch(claim) : { outcome: claim.outcome };
  }

  private async fetch(claim: KeySetClaim): Promise<KeySetRefresh> {
    const { clientId } = claim;
    this.earlyFrom.delete(clientId);
    const refresh = await fetchClaimed(claim, this.ports);
    if (refresh.outcome === 'failed') this.logger.warn('the key set of a client was not fetched', { clientId });
    else if ('freshSeconds' in refresh) this.remember(clientId, refresh.freshSeconds);
    if (refresh.outcome === 'refreshed') {
      this.logger.info('the key set of a client changed', { clientId });
      await this.news.announce();
    }
    return refresh;
  }

  private shared(clientId: ClientId, work: () => Promise<KeySetRefresh>): Promise<KeySetRefresh> {
    const refresh = work().finally(() => this.underWay.delete(clientId));
    this.underWay.set(clientId, refresh);
    return refresh;
  }

  private remember(clientId: ClientId, freshSeconds: number): void {
    if (this.earlyFrom.size < EARLY_MAX) this.earlyFrom.set(clientId, this.clock.monotonicMs() + freshSeconds * 1_000);
  }

  /** Each is handed out once: who fetches remembers anew, and a client that is gone is not remembered for ever. */
  private early(): readonly ClientId[] {
    const now = this.clock.monotonicMs();
    const due = [...this.earlyFrom].filter(([, from]) => from <= now).map(([clientId]) => clientId);
    for (const clientId of due) this.earlyFrom.delete(clientId);
    return due;
  }
}
