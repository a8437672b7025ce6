import { Controller, Inject } from '@nestjs/common';
import { CompleteApproval, ShowApprovals } from '@tessera/contracts';
import { type ServedCall, Serves } from '@tessera/messaging';
import type { ApprovalReport, ApprovalsRequest } from '@tessera/protocol/backchannel-authentication';
import { ApprovalDesk } from './approval-desk.js';
import { CompletionDesk } from './completion-desk.js';

/** Where people answer, on the bus. */
@Controller()
export class ApprovalsServer {
  constructor(
    @Inject(ApprovalDesk) private readonly desk: ApprovalDesk,
    @Inject(CompletionDesk) private readonly completions: CompletionDesk,
  ) {}

  @Serves(ShowApprovals)
  show(request: ApprovalsRequest, call: ServedCall) {
    return this.desk.answer(request, call);
  }

  @Serves(CompleteApproval)
  complete(report: ApprovalReport, call: ServedCall) {
    return this.completions.answer(report, call);
  }
}
