import { FindHintedPerson } from '@tessera/contracts';
import type { CallContext, ServiceClient } from '@tessera/messaging';
import type { FoundPerson, People } from '@tessera/protocol/backchannel-authentication';

/** People by message to the owner of the accounts. Never asked twice: a user code is opened once. */
export class BusPeople implements People<CallContext> {
  constructor(private readonly services: Pick<ServiceClient, 'call'>) {}

  find(sought: Parameters<People<CallContext>['find']>[0], call: CallContext): Promise<FoundPerson> {
    return this.services.call(FindHintedPerson, { ...sought, clientId: sought.clientId }, call);
  }
}
