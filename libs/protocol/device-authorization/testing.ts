import { displayedUserCode } from './user-code.js';
import type { DeviceAuthorizations, NewDeviceAuthorization } from './device-authorization-request.js';
import type { DeviceCodeRedemption, DeviceCodeRedemptionRequest } from './device-authorization.js';
import type { DeviceCodes } from './device-code-grant.js';

/** What the store of the tests answers with. */
export const CODES = { deviceCode: 'GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS00', userCode: 'WDJBMJHT' };
/** The user code as people see it. */
export const SHOWN_CODE = displayedUserCode(CODES.userCode);

/** Remembers what is stored; `full` as a client with too many waiting. */
export class FakeDeviceAuthorizations implements DeviceAuthorizations {
  readonly stored: NewDeviceAuthorization[] = [];
  full = false;

  store(authorization: NewDeviceAuthorization): Promise<typeof CODES | null> {
    if (this.full) return Promise.resolve(null);
    this.stored.push(authorization);
    return Promise.resolve(CODES);
  }
}

/** Answers every poll with what it is told. */
export class FakeDeviceCodes implements DeviceCodes<null> {
  readonly asked: DeviceCodeRedemptionRequest[] = [];

  constructor(public answer: DeviceCodeRedemption | Error) {}

  redeem(request: DeviceCodeRedemptionRequest): Promise<DeviceCodeRedemption> {
    this.asked.push(request);
    return this.answer instanceof Error ? Promise.reject(this.answer) : Promise.resolve(this.answer);
  }
}
