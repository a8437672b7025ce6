import { type DynamicModule, Module } from '@nestjs/common';
import { ApprovalDesk } from './approval-desk.js';
import { ApprovalsServer } from './approvals.server.js';

/** The approval inbox. */
@Module({ controllers: [ApprovalsServer] })
export class ApprovalsModule {}

/** The approval inbox, with its desk. */
export function approvalsModule(desk: ApprovalDesk): DynamicModule {
  return { module: ApprovalsModule, providers: [{ provide: ApprovalDesk, useValue: desk }] };
}
