import { setTimeout as delay } from 'node:timers/promises';
import type { RefreshClientKeySet } from '@tessera/contracts';
import type { ClientMetadata } from '@tessera/protocol/client';
import type { ClientKeySets } from '@tessera/protocol/client-authentication';
import { CLIENT_CHANGE_POLL_MS, type ClientId, HOP_DEADLINE_MS, Outage } from '@tessera/vocabulary';
import type { z } from 'zod';

/** This process's copy of the clients. */
export interface ClientCopies {
  client(clientId: string): Promise<ClientMetadata | null>;
  /** Asks at once for what changed. */
  pollNow(): void;
}

/** Has authorization, the only service that may (decision 8), fetch a key set: by the bus, or within its own process. */
export type KeySetFetch = (clientId: ClientId) => Promise<Pick<z.output<typeof RefreshClientKeySet.reply>, 'outcome'>>;

/** Milliseconds between two looks at the copy. */
const LOOK_MS = 5;
/**
 * Milliseconds the copy is given to show the keys, by what became of the fetch. After a good one it will; the set that another
 * replica had fetched a moment ago may be on its way; the one it is fetching gets what a hop allows, less the time to answer;
 * otherwise there is nothing to wait for.
 */
const COPY_MS_MAX = {
  refreshed: CLIENT_CHANGE_POLL_MS,
  under_way: HOP_DEADLINE_MS - 1_000,
  too_soon: 100,
  unchanged: 100,
  failed: 0,
  no_uri: 0,
  unknown_client: 0,
} as const;

/**
 * Has key sets fetched and waits until this process's copy of the clients shows the result.
 *
 * Requests of one client share one question, so that a client whose `jwks_uri` hangs holds one message and not one per request;
 * it has a deadline of its own because it belongs to none of them.
 */
export class RefreshedClientKeySets implements ClientKeySets {
  private readonly underway = new Map<string, Promise<void>>();

  constructor(
    private readonly fetch: KeySetFetch,
    private readonly copies: ClientCopies,
    private readonly pause: (ms: number) => Promise<unknown> = delay,
  ) {}

  refresh(clientId: ClientId): Promise<void> {
    const underway = this.underway.get(clientId);
    if (underway !== undefined) return underway;
    const asking = this.ask(clientId).finally(() => this.underway.delete(clientId));
    this.underway.set(clientId, asking);
    return asking;
  }

  private async ask(clientId: ClientId): Promise<void> {
    const before = await this.keysOf(clientId);
    const { outcome } = await this.fetch(clientId);
    this.copies.pollNow();
    for (let waited = 0; waited < COPY_MS_MAX[outcome]; waited += LOOK_MS) {
      if ((await this.keysOf(clientId)) !== before) return;
      await this.pause(LOOK_MS);
    }
    // Whether the key is there is not known before that fetch ends, and unknown is no refusal (I7).
    if (outcome === 'under_way') throw new Outage('authorization', 'the key set of the client is being fetched');
  }

  /**
   * The keys as the copy has them, for comparison by content: the fetch claims its row before it stores the keys, and a copy that
   * was read between the two has another object with the same keys.
   */
  private async keysOf(clientId: string): Promise<string> {
    return JSON.stringify((await this.copies.client(clientId))?.keys ?? null);
  }
}
