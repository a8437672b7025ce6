import { type DynamicModule, Module } from '@nestjs/common';
import type { ReplayLedger } from '@tessera/protocol/client-authentication';
import { REPLAY_LEDGER, ReplayLedgerServer } from './replay-ledger.server.js';

/** The replay ledger for other services. */
@Module({ controllers: [ReplayLedgerServer] })
export class ReplayLedgerModule {}

/** The replay ledger for other services, over the one of this process. */
export function replayLedgerModule(ledger: ReplayLedger): DynamicModule {
  return { module: ReplayLedgerModule, providers: [{ provide: REPLAY_LEDGER, useValue: ledger }] };
}
