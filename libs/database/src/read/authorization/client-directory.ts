import type { Logger } from '@tessera/observability';
import type { ClientMetadata, ResourceMetadata } from '@tessera/protocol/client';
import { CLIENT_CHANGE_POLL_MS, CLIENT_METADATA_AGE_MS_MAX, type Clock, KEY_SET_AGE_SECONDS_MAX, Outage } from '@tessera/vocabulary';
import type { QueryRunner } from '../../queries.js';
import { parseChanges, parseClient, parseResource } from './client-rows.js';
import { MetadataCache } from './metadata-cache.js';
import { WallClockWatch } from './wall-clock-watch.js';

/** How a directory keeps up. Milliseconds; the defaults are those of decision 4. */
export interface ClientDirectoryOptions {
  readonly clock: Pick<Clock, 'epochSeconds' | 'monotonicMs'>;
  readonly logger: Logger;
  /** Between two questions for changes. */
  readonly pollMs?: number;
  /** Without an answer, counted from when the last answered question was sent, after which nothing is said any more. */
  readonly ageMsMax?: number;
  /** Clients, and resources, kept at most. */
  readonly entriesMax?: number;
}

const ENTRIES_MAX = 10_000;
/** Changes of one answer. Above it everything is forgotten, which is the same to whoever asks. */
const CHANGES_MAX = 1_000;

/**
 * Registered clients and resources as every process knows them (decision 4): kept in memory, dropped when their change number
 * says so, and worth nothing when nobody has confirmed for 5 s that they are up to date.
 *
 * 1. Every write raises a number in its transaction; numbers become visible in their order.
 * 2. Each process asks twice a second for what changed since the number it knows, and drops that. An event only makes it ask
 *    at once.
 * 3. What was not dropped since the last answer is therefore as it was when that question was sent.
 */
export class ClientDirectory {
  private readonly clients: MetadataCache<ClientMetadata>;
  private readonly resources: MetadataCache<ResourceMetadata>;
  private readonly wallClock: WallClockWatch;
  private readonly pollMs: number;
  private readonly ageMsMax: number;
  private seen: { readonly number: number; readonly server: string; readonly sentAt: number } | null = null;
  private polling = false;
  private pollAgain = false;
  private stopped = true;
  private failing = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly queries: QueryRunner,
    private readonly options: ClientDirectoryOptions,
  ) {
    const { clock, logger, entriesMax = ENTRIES_MAX } = options;
    this.wallClock = new WallClockWatch(clock, logger);
    this.pollMs = options.pollMs ?? CLIENT_CHANGE_POLL_MS;
    this.ageMsMax = options.ageMsMax ?? CLIENT_METADATA_AGE_MS_MAX;
    this.clients = new MetadataCache(
      async (id) => parseClient(await queries.run('read-client', [id, KEY_SET_AGE_SECONDS_MAX])),
      entriesMax,
      clock,
    );
    this.resources = new MetadataCache(async (id) => parseResource(await queries.run('read-resource', [id])), entriesMax, clock);
  }

  /** Asks for the first time and keeps asking. Resolves after the first attempt, whatever came of it: `fresh` tells. */
  async start(): Promise<void> {
    this.stopped = false;
    await this.poll();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** An event said that something changed: asks at once, or once more when a question is under way that may be too early. */
  pollNow(): void {
    if (this.polling) this.pollAgain = true;
    else void this.poll();
  }

  /** Whether answers are up to date enough to decide by; readiness asks. */
  get fresh(): boolean {
    return this.seen !== null && this.options.clock.monotonicMs() - this.seen.sentAt <= this.ageMsMax;
  }

  /** Seconds the wall clock of this process is ahead of the database's, less what latency explains; null before an answer. */
  get clockSkewSeconds(): number | null {
    return this.wallClock.skewSeconds;
  }

  /** Whether the two clocks agree well enough to date tokens by; readiness asks (F18). */
  get clockAgrees(): boolean {
    return this.wallClock.agrees;
  }

  /**
   * The client with this id; null when there is none.
   *
   * @throws {Outage} `client-metadata` when it cannot be known whether the answer still holds; `postgresql`.
   */
  async client(clientId: string): Promise<ClientMetadata | null> {
    return await this.whileFresh(() => this.clients.get(clientId));
  }

  /** The resource with this identifier; null when there is none. Throws as {@link client} does. */
  async resource(identifier: string): Promise<ResourceMetadata | null> {
    return await this.whileFresh(() => this.resources.get(identifier));
  }

  private async whileFresh<Value>(read: () => Promise<Value>): Promise<Value> {
    this.requireFresh();
    const value = await read();
    this.requireFresh();
    return value;
  }

  private requireFresh(): void {
    if (!this.fresh) throw new Outage('client-metadata', `no answer about changes for ${this.ageMsMax} ms`);
  }

  /** Never overlaps itself, so answers come in the order of their questions. Never rejects. */
  private async poll(): Promise<void> {
    if (this.stopped || this.polling) return;
    clearTimeout(this.timer);
    this.polling = true;
    this.pollAgain = false;
    try {
      await this.ask();
      if (this.failing) this.options.logger.info('client metadata is up to date again');
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.options.logger.warn('cannot ask for changes of client metadata', { error });
      this.failing = true;
    }
    this.polling = false;
    this.goOn();
  }

  private goOn(): void {
    if (this.stopped) return;
    if (this.pollAgain && !this.failing) {
      void this.poll();
      return;
    }
    this.timer = setTimeout(() => void this.poll(), this.pollMs);
    this.timer.unref();
  }

  private async ask(): Promise<void> {
    const sent = this.wallClock.asking();
    const rows = await this.queries.run('read-client-changes', [this.seen?.number ?? Number.MAX_SAFE_INTEGER, CHANGES_MAX]);
    const { number, server, now, changes } = parseChanges(rows);
    this.wallClock.answered(sent, now);
    if (this.beginsAnew(number, server) || changes.length >= CHANGES_MAX) {
      this.clients.dropAll();
      this.resources.dropAll();
    }
    for (const { kind, id } of changes) (kind === 'client' ? this.clients : this.resources).drop(id);
    this.seen = { number, server, sentAt: sent.monotonicMs };
  }

  /**
   * The numbers say nothing when the server is another one, when they went back (a database restored from a backup), or when
   * nobody asked for so long that the news of a removal may be gone.
   */
  private beginsAnew(number: number, server: string): boolean {
    return this.seen === null || !this.fresh || server !== this.seen.server || number < this.seen.number;
  }
}
