import { RedeemDeviceCode } from '@tessera/contracts';
import type { CallContext, ServiceClient } from '@tessera/messaging';
import type { DeviceCodeRedemption, DeviceCodeRedemptionRequest, DeviceCodes } from '@tessera/protocol/device-authorization';

/** Device codes by message to their owner. The redemption id makes a lost answer safe to ask for again. */
export class BusDeviceCodes implements DeviceCodes<CallContext> {
  constructor(private readonly services: Pick<ServiceClient, 'call'>) {}

  redeem(request: DeviceCodeRedemptionRequest, call: CallContext): Promise<DeviceCodeRedemption> {
    return this.services.call(RedeemDeviceCode, request, call);
  }
}
