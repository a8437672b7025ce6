import type { RequestContract } from '@tessera/contracts';
import type { CallContext } from '@tessera/messaging';
import { Outage, REQUESTS_IN_FLIGHT_MAX } from '@tessera/vocabulary';
import type { z } from 'zod';

/** The part of the bus the edge needs: one question to the owner of what is asked for. */
export interface Owners {
  call<Request extends z.ZodType, Reply extends z.ZodType>(
    contract: RequestContract<Request, Reply>,
    request: z.input<Request>,
    context: CallContext,
  ): Promise<z.output<Reply>>;
}

/** REL-4: asks the owners, but no more at a time than this process can wait for; above that it says so at once. */
export class BoundedOwners implements Owners {
  private inFlight = 0;

  constructor(
    private readonly owners: Owners,
    private readonly inFlightMax = REQUESTS_IN_FLIGHT_MAX,
  ) {}

  async call<Request extends z.ZodType, Reply extends z.ZodType>(
    contract: RequestContract<Request, Reply>,
    request: z.input<Request>,
    context: CallContext,
  ): Promise<z.output<Reply>> {
    if (this.inFlight >= this.inFlightMax) throw new Outage('gateway', 'too many requests in flight');
    this.inFlight += 1;
    try {
      return await this.owners.call(contract, request, context);
    } finally {
      this.inFlight -= 1;
    }
  }
}
