import { Controller, Inject } from '@nestjs/common';
import { Userinfo } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { EdgeRequest, EndpointReply } from '@tessera/protocol/edge';
import { answerUserinfo, type UserinfoPorts } from '@tessera/protocol/userinfo';

/** What the userinfo endpoint needs of this process. */
export const USERINFO_PORTS = Symbol('UserinfoPorts');

/** The userinfo endpoint (OIDC Core §5.3). */
@Controller()
export class UserinfoServer {
  constructor(@Inject(USERINFO_PORTS) private readonly ports: UserinfoPorts) {}

  @Serves(Userinfo)
  userinfo(request: EdgeRequest): Promise<EndpointReply> {
    return answerUserinfo(request, this.ports);
  }
}
