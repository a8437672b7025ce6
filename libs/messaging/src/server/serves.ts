import { UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import type { EventContract, RequestContract, TeamRequestContract } from '@tessera/contracts';
import type { z } from 'zod';
import type { ServedCall, TeamCall } from '../call-context.js';
import { BusExceptionFilter } from './bus-exception-filter.js';

/** Stands in the metadata of a handler and says which contract it serves. */
export class ServedContract {
  constructor(readonly contract: RequestContract | TeamRequestContract | EventContract) {}
}

/** Name of the {@link ServedContract} in the extras that Nest keeps with a handler. */
export const SERVED = 'tessera.contract';

type RequestHandler<Request extends z.ZodType, Reply extends z.ZodType> = (
  request: z.output<Request>,
  call: ServedCall,
) => z.input<Reply> | Promise<z.input<Reply>>;

type MethodOf<Handler> = <Method extends Handler>(target: object, key: string, descriptor: TypedPropertyDescriptor<Method>) => void;

/**
 * Binds a method to a request contract: it gets the parsed request and a {@link ServedCall}, returns the reply or throws.
 * The compiler checks both against the contract.
 */
export function Serves<Request extends z.ZodType, Reply extends z.ZodType>(
  contract: RequestContract<Request, Reply>,
): MethodOf<RequestHandler<Request, Reply>> {
  const extras = { [SERVED]: new ServedContract(contract) };
  return (target, key, descriptor) => {
    MessagePattern(contract.subject, extras)(target, key, descriptor);
    passRequestAndCall(target, key, descriptor);
  };
}

type TeamRequestHandler<Request extends z.ZodType, Reply extends z.ZodType> = (
  request: z.output<Request>,
  call: TeamCall,
) => z.input<Reply> | Promise<z.input<Reply>>;

/** Binds a method to a request of teams, as {@link Serves} does to one of services; it is told which team asks. */
export function ServesTeams<Request extends z.ZodType, Reply extends z.ZodType>(
  contract: TeamRequestContract<Request, Reply>,
): MethodOf<TeamRequestHandler<Request, Reply>> {
  const extras = { [SERVED]: new ServedContract(contract) };
  return (target, key, descriptor) => {
    MessagePattern(contract.subject, extras)(target, key, descriptor);
    passRequestAndCall(target, key, descriptor);
  };
}

/**
 * Binds a method to an event. Every process of the service hears it; what the method throws is logged and goes no further,
 * because an event is a hint and its contract names what finds the fact without it.
 */
export function Subscribes<EventPayload extends z.ZodType>(
  event: EventContract<EventPayload>,
): MethodOf<(payload: z.output<EventPayload>) => unknown> {
  const extras = { [SERVED]: new ServedContract(event) };
  return (target, key, descriptor) => {
    EventPattern<string>(event.subject, extras)(target, key, descriptor);
    passRequestAndCall(target, key, descriptor);
  };
}

/** Without these Nest passes the first argument only. The filter stands here too, so that no main.ts can forget it. */
function passRequestAndCall<Method>(target: object, key: string, descriptor: TypedPropertyDescriptor<Method>): void {
  Payload()(target, key, 0);
  Ctx()(target, key, 1);
  UseFilters(new BusExceptionFilter())(target, key, descriptor);
}
