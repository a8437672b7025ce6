import { type DynamicModule, Module } from '@nestjs/common';
import { TeamBackchannelDesk } from './team-backchannel-desk.js';
import { TeamDeviceDesk } from './team-device-desk.js';
import { TeamRequestsServer } from './team-requests.server.js';

/** What internal teams ask for. */
@Module({ controllers: [TeamRequestsServer] })
export class TeamRequestsModule {}

/** The same with what answers. */
export function teamRequestsModule({ backchannel, device }: { readonly backchannel: TeamBackchannelDesk; readonly device: TeamDeviceDesk }): DynamicModule {
  const providers = [{ provide: TeamBackchannelDesk, useValue: backchannel }, { provide: TeamDeviceDesk, useValue: device }];
  return { module: TeamRequestsModule, providers };
}
