import { type DynamicModule, Module } from '@nestjs/common';
import type { UserinfoPorts } from '@tessera/protocol/userinfo';
import { USERINFO_PORTS, UserinfoServer } from './userinfo.server.js';

/** The userinfo endpoint. */
@Module({ controllers: [UserinfoServer] })
export class UserinfoModule {}

/** The userinfo endpoint with what it needs bound to it. */
export function userinfoModule(ports: UserinfoPorts): DynamicModule {
  return { module: UserinfoModule, providers: [{ provide: USERINFO_PORTS, useValue: ports }] };
}
