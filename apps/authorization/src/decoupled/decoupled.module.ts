import { type DynamicModule, Module } from '@nestjs/common';
import { DecoupledServer } from './decoupled.server.js';
import { GrantRecordingDesk } from './grant-recording-desk.js';
import { HintedPeople } from './hinted-people.js';
import { SignedInDesk } from './signed-in-desk.js';

/** What other services ask about people. */
@Module({ controllers: [DecoupledServer] })
export class DecoupledModule {}

/** The same with what answers. */
export function decoupledModule(grants: GrantRecordingDesk, signedIn: SignedInDesk, people: HintedPeople): DynamicModule {
  const providers = [{ provide: GrantRecordingDesk, useValue: grants }, { provide: SignedInDesk, useValue: signedIn }, { provide: HintedPeople, useValue: people }];
  return { module: DecoupledModule, providers };
}
