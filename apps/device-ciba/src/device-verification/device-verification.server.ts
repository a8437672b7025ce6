import { Controller, Inject } from '@nestjs/common';
import { DecideDeviceAuthorization, FindUserCode, ShowDeviceAuthorization } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { DeviceDecision, UserCodeAttempt } from '@tessera/protocol/device-authorization';
import { SqlDeviceVerification } from './sql-device-verification.js';

/** RFC 8628 steps C and D: what a person with a user code may do. */
@Controller()
export class DeviceVerificationServer {
  constructor(@Inject(SqlDeviceVerification) private readonly verification: SqlDeviceVerification) {}

  @Serves(FindUserCode)
  find(attempt: UserCodeAttempt) {
    return this.verification.find(attempt);
  }

  @Serves(ShowDeviceAuthorization)
  async show({ id }: { readonly id: string }) {
    return { device: await this.verification.show(id) };
  }

  @Serves(DecideDeviceAuthorization)
  decide(decision: DeviceDecision) {
    return this.verification.decide(decision);
  }
}
