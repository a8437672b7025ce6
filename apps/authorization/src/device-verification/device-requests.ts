import { DecideDeviceAuthorization, FindUserCode, ShowDeviceAuthorization } from '@tessera/contracts';
import { newCallContext, type ServiceClient } from '@tessera/messaging';
import type { DeviceDecision, DeviceDecisionOutcome, DeviceRequestView, UserCodeAttempt, UserCodeFinding } from '@tessera/protocol/device-authorization';

/** The requests of devices, at the service that owns them. Every method throws an Outage when there is no answer. */
export interface DeviceRequests {
  /** The live request a user code names; a wrong one is counted (DEV-2). */
  find(attempt: UserCodeAttempt): Promise<UserCodeFinding>;
  /** A request as it is now; null when it is gone. */
  show(id: string): Promise<DeviceRequestView | null>;
  /** Makes a decision a fact, or says which was first. The same decision again is answered as before. */
  decide(decision: DeviceDecision): Promise<DeviceDecisionOutcome['outcome']>;
}

/** Milliseconds for each of these questions: a person waits, and the page has a deadline of its own. */
const QUESTION_MS = 2_000;

/** By message to device-ciba. */
export class BusDeviceRequests implements DeviceRequests {
  constructor(private readonly services: Pick<ServiceClient, 'call'>) {}

  find(attempt: UserCodeAttempt): Promise<UserCodeFinding> {
    return this.services.call(FindUserCode, attempt, newCallContext(QUESTION_MS));
  }

  async show(id: string): Promise<DeviceRequestView | null> {
    return (await this.services.call(ShowDeviceAuthorization, { id }, newCallContext(QUESTION_MS))).device;
  }

  async decide(decision: DeviceDecision): Promise<DeviceDecisionOutcome['outcome']> {
    return (await this.services.call(DecideDeviceAuthorization, decision, newCallContext(QUESTION_MS))).outcome;
  }
}
