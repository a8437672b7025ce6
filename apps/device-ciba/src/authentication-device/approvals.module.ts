import { type DynamicModule, Module } from '@nestjs/common';
import { ApprovalDesk } from './approval-desk.js';
import { ApprovalsServer } from './approvals.server.js';
import { CompletionDesk } from './completion-desk.js';

/** Where people answer: the approval inbox, and the deployment's own authenticator. */
@Module({ controllers: [ApprovalsServer] })
export class ApprovalsModule {}

/** The same with its desks. */
export function approvalsModule(desk: ApprovalDesk, completions: CompletionDesk): DynamicModule {
  const providers = [{ provide: ApprovalDesk, useValue: desk }, { provide: CompletionDesk, useValue: completions }];
  return { module: ApprovalsModule, providers };
}
