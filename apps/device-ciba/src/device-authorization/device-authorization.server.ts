import { Controller, Inject } from '@nestjs/common';
import { DeviceAuthorization, RedeemDeviceCode } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import {
  answerDeviceAuthorizationRequest,
  type DeviceAuthorizationPorts,
  type DeviceCodeRedemptionRequest,
  type DeviceFlowPolicy,
} from '@tessera/protocol/device-authorization';
import type { EdgeRequest } from '@tessera/protocol/edge';
import type { SqlDeviceAuthorizations } from './sql-device-authorizations.js';

/** The device authorization endpoint, and the polls of its codes. */
export interface DeviceAuthorizationEndpoint {
  readonly ports: Omit<DeviceAuthorizationPorts, 'devices'> & { readonly devices: SqlDeviceAuthorizations };
  readonly policy: DeviceFlowPolicy;
}

/** Where {@link DeviceAuthorizationEndpoint} is found. */
export const DEVICE_AUTHORIZATION = Symbol('DeviceAuthorizationEndpoint');

/** RFC 8628 steps A, B, E and F. */
@Controller()
export class DeviceAuthorizationServer {
  constructor(@Inject(DEVICE_AUTHORIZATION) private readonly endpoint: DeviceAuthorizationEndpoint) {}

  @Serves(DeviceAuthorization)
  authorize(request: EdgeRequest) {
    return answerDeviceAuthorizationRequest(request, this.endpoint.ports, this.endpoint.policy);
  }

  @Serves(RedeemDeviceCode)
  redeem(request: DeviceCodeRedemptionRequest) {
    return this.endpoint.ports.devices.redeem(request);
  }
}
