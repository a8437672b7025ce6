import { Controller, Inject } from '@nestjs/common';
import { EnterUserCode } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { UserCodeEntry } from '@tessera/protocol/device-authorization';
import { UserCodeEntering } from './user-code-entry.js';

/** People who enter a user code. */
@Controller()
export class DeviceVerificationServer {
  constructor(@Inject(UserCodeEntering) private readonly entering: UserCodeEntering) {}

  @Serves(EnterUserCode)
  enter(entry: UserCodeEntry) {
    return this.entering.enter(entry);
  }
}
