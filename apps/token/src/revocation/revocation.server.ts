import { Controller, Inject } from '@nestjs/common';
import { Revocation } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { EdgeRequest, EndpointReply } from '@tessera/protocol/edge';
import { answerRevocation, type RevocationPorts } from '@tessera/protocol/revocation';

/** What the revocation endpoint needs of this process. */
export const REVOCATION_PORTS = Symbol('RevocationPorts');

/** The revocation endpoint (RFC 7009 §2). */
@Controller()
export class RevocationServer {
  constructor(@Inject(REVOCATION_PORTS) private readonly ports: RevocationPorts) {}

  @Serves(Revocation)
  revoke(request: EdgeRequest): Promise<EndpointReply> {
    return answerRevocation(request, this.ports);
  }
}
