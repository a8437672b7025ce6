import { Controller, Inject } from '@nestjs/common';
import { Introspection } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { EdgeRequest, EndpointReply } from '@tessera/protocol/edge';
import { answerIntrospection, type IntrospectionPorts } from '@tessera/protocol/introspection';

/** What the introspection endpoint needs of this process. */
export const INTROSPECTION_PORTS = Symbol('IntrospectionPorts');

/** The introspection endpoint (RFC 7662 §2). */
@Controller()
export class IntrospectionServer {
  constructor(@Inject(INTROSPECTION_PORTS) private readonly ports: IntrospectionPorts) {}

  @Serves(Introspection)
  introspect(request: EdgeRequest): Promise<EndpointReply> {
    return answerIntrospection(request, this.ports);
  }
}
