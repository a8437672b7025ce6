import { Controller, Inject } from '@nestjs/common';
import {
  ClaimDeviceCibaDelivery as Claim,
  DueDeviceCibaDeliveries as Due,
  ListDeviceCibaDeliveries as List,
  SettleDeviceCibaDelivery as Settle,
} from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import { DeliveryDesk } from '@tessera/protocol/delivery';
import type { z } from 'zod';

type Request<Contract extends { readonly request: z.ZodType }> = z.output<Contract['request']>;
type Reply<Contract extends { readonly reply: z.ZodType }> = Promise<z.input<Contract['reply']>>;

/** What the worker asks of this service (decision 6), and the operator's listing. */
@Controller()
export class DeliveryServer {
  constructor(@Inject(DeliveryDesk) private readonly desk: DeliveryDesk) {}

  @Serves(Claim)
  async claim(request: Request<typeof Claim>): Reply<typeof Claim> {
    return { delivery: await this.desk.claim(request) };
  }

  @Serves(Settle)
  settle(request: Request<typeof Settle>): Reply<typeof Settle> {
    return this.desk.settle(request);
  }

  @Serves(Due)
  due(request: Request<typeof Due>): Reply<typeof Due> {
    return this.desk.due(request);
  }

  @Serves(List)
  async list(request: Request<typeof List>): Reply<typeof List> {
    return { records: [...(await this.desk.list(request))] };
  }
}
