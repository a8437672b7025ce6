import { Controller, Inject } from '@nestjs/common';
import { AccountPage } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { AccountPageRequest } from '@tessera/protocol/account';
import { AccountPageDesk } from './account-page.js';

/** The account page. */
@Controller()
export class AccountPageServer {
  constructor(@Inject(AccountPageDesk) private readonly desk: AccountPageDesk) {}

  @Serves(AccountPage)
  answer(request: AccountPageRequest) {
    return this.desk.answer(request);
  }
}
