import { Controller, Inject } from '@nestjs/common';
import { AddUser, ChangeUserState, GetUser, ListUsers, SetUserPassword } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { z } from 'zod';
import { UserAdministration } from './user-administration.js';

/** Users, as an operator administers them. */
@Controller()
export class UsersServer {
  constructor(@Inject(UserAdministration) private readonly users: UserAdministration) {}

  @Serves(ListUsers)
  list(request: z.output<typeof ListUsers.request>) {
    return this.users.list(request);
  }

  @Serves(GetUser)
  get(request: z.output<typeof GetUser.request>) {
    return this.users.get(request);
  }

  @Serves(AddUser)
  add(request: z.output<typeof AddUser.request>) {
    return this.users.add(request);
  }

  @Serves(SetUserPassword)
  setPassword(request: z.output<typeof SetUserPassword.request>) {
    return this.users.setPassword(request);
  }

  @Serves(ChangeUserState)
  changeState(request: z.output<typeof ChangeUserState.request>) {
    return this.users.changeState(request);
  }
}
