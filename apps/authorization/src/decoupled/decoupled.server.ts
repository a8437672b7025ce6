import { Controller, Inject } from '@nestjs/common';
import { FindHintedPerson, RecordAuthenticatedGrant, RecordGrant, RecordVouchedGrant, ShowSignedIn } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { AuthenticatedGrantRecording, GrantRecording } from '@tessera/protocol/grant';
import type { z } from 'zod';
import { GrantRecordingDesk } from './grant-recording-desk.js';
import { HintedPeople } from './hinted-people.js';
import { SignedInDesk } from './signed-in-desk.js';

/** What other services ask about people. */
@Controller()
export class DecoupledServer {
  constructor(
    @Inject(GrantRecordingDesk) private readonly grants: GrantRecordingDesk,
    @Inject(SignedInDesk) private readonly signedIn: SignedInDesk,
    @Inject(HintedPeople) private readonly people: HintedPeople,
  ) {}

  @Serves(RecordGrant)
  record(recording: GrantRecording) {
    return this.grants.record(recording);
  }

  @Serves(RecordAuthenticatedGrant)
  recordAuthenticated(recording: AuthenticatedGrantRecording) {
    return this.grants.recordAuthenticated(recording);
  }

  @Serves(RecordVouchedGrant)
  recordVouched(recording: z.output<typeof RecordVouchedGrant.request>) {
    return this.grants.recordVouched(recording);
  }

  @Serves(ShowSignedIn)
  show(request: z.output<typeof ShowSignedIn.request>) {
    return this.signedIn.show(request);
  }

  @Serves(FindHintedPerson)
  find(request: z.output<typeof FindHintedPerson.request>) {
    return this.people.find(request);
  }
}
