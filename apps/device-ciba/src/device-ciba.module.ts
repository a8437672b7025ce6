import { Module } from '@nestjs/common';

/** Decoupled flows: the user is elsewhere. Each flow is a module of its own and is imported here. */
@Module({})
export class DeviceCibaModule {}
