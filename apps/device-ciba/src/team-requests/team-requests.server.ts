import { Controller, Inject } from '@nestjs/common';
import {
  TeamCancelBackchannelRequest,
  TeamCancelDeviceRequest,
  TeamDecideBackchannelRequest,
  TeamDecideDeviceRequest,
  TeamReadBackchannelRequest,
  TeamReadDeviceRequest,
  TeamStartBackchannelRequest,
  TeamStartDeviceRequest,
} from '@tessera/contracts';
import { ServesTeams, type TeamCall } from '@tessera/messaging';
import type { BackchannelDecision, DeviceRequestDecision, NamedRequest, StartBackchannelRequest, StartDeviceRequest } from '@tessera/protocol/team-request';
import { TeamBackchannelDesk } from './team-backchannel-desk.js';
import { TeamDeviceDesk } from './team-device-desk.js';

/** The API of internal teams (decision 42). */
@Controller()
export class TeamRequestsServer {
  constructor(
    @Inject(TeamBackchannelDesk) private readonly backchannel: TeamBackchannelDesk,
    @Inject(TeamDeviceDesk) private readonly device: TeamDeviceDesk,
  ) {}

  @ServesTeams(TeamStartBackchannelRequest)
  startBackchannel(request: StartBackchannelRequest, call: TeamCall) {
    return this.backchannel.start(request, call);
  }

  @ServesTeams(TeamReadBackchannelRequest)
  readBackchannel(request: NamedRequest, call: TeamCall) {
    return this.backchannel.read(request, call);
  }

  @ServesTeams(TeamDecideBackchannelRequest)
  decideBackchannel(request: BackchannelDecision, call: TeamCall) {
    return this.backchannel.decide(request, call);
  }

  @ServesTeams(TeamCancelBackchannelRequest)
  cancelBackchannel(request: NamedRequest, call: TeamCall) {
    return this.backchannel.cancel(request, call);
  }

  @ServesTeams(TeamStartDeviceRequest)
  startDevice(request: StartDeviceRequest, call: TeamCall) {
    return this.device.start(request, call);
  }

  @ServesTeams(TeamReadDeviceRequest)
  readDevice(request: NamedRequest, call: TeamCall) {
    return this.device.read(request, call);
  }

  @ServesTeams(TeamDecideDeviceRequest)
  decideDevice(request: DeviceRequestDecision, call: TeamCall) {
    return this.device.decide(request, call);
  }

  @ServesTeams(TeamCancelDeviceRequest)
  cancelDevice(request: NamedRequest, call: TeamCall) {
    return this.device.cancel(request, call);
  }
}
