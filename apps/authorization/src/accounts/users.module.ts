import { type DynamicModule, Module } from '@nestjs/common';
import { UserAdministration } from './user-administration.js';
import { UsersServer } from './users.server.js';

/** Users, as an operator administers them. */
@Module({ controllers: [UsersServer] })
export class UsersModule {}

/** The administration of users, with what carries it out. */
export function usersModule(users: UserAdministration): DynamicModule {
  return { module: UsersModule, providers: [{ provide: UserAdministration, useValue: users }] };
}
