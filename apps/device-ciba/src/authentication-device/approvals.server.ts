import { Controller, Inject } from '@nestjs/common';
import { ShowApprovals } from '@tessera/contracts';
import { type ServedCall, Serves } from '@tessera/messaging';
import type { ApprovalsRequest } from '@tessera/protocol/backchannel-authentication';
import { ApprovalDesk } from './approval-desk.js';

/** The approval inbox on the bus. */
@Controller()
export class ApprovalsServer {
  constructor(@Inject(ApprovalDesk) private readonly desk: ApprovalDesk) {}

  @Serves(ShowApprovals)
  show(request: ApprovalsRequest, call: ServedCall) {
    return this.desk.answer(request, call);
  }
}
