import { RefreshClientKeySet } from '@tessera/contracts';
import { newCallContext, type ServiceClient } from '@tessera/messaging';
import type { ClientKeySets } from '@tessera/protocol/client-authentication';
import { HOP_DEADLINE_MS } from '@tessera/vocabulary';

/**
 * Has key sets fetched by authorization, the only service that may (decision 8), and waits until this process's copy of the
 * clients has seen the result.
 *
 * Requests of one client share one question, so that a client whose `jwks_uri` hangs holds one message and not one per request;
 * it has a context of its own because it belongs to none of them.
 */
export class BusClientKeySets implements ClientKeySets {
  private readonly underway = new Map<string, Promise<void>>();

  constructor(
    private readonly services: Pick<ServiceClient, 'call'>,
    private readonly directory: { pollNow(): Promise<void> },
  ) {}

  refresh(clientId: string): Promise<void> {
    const underway = this.underway.get(clientId);
    if (underway !== undefined) return underway;
    const asking = this.ask(clientId).finally(() => this.underway.delete(clientId));
    this.underway.set(clientId, asking);
    return asking;
  }

  /** Whatever the outcome, the copy is brought up to date: `too_soon` may mean that another replica asked a moment ago. */
  private async ask(clientId: string): Promise<void> {
    await this.services.call(RefreshClientKeySet, { clientId }, newCallContext(HOP_DEADLINE_MS));
    await this.directory.pollNow();
  }
}
