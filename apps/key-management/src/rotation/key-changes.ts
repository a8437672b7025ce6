import { SigningKeyChanged } from '@tessera/contracts';
import type { ServiceClient } from '@tessera/messaging';
import type { KeyState } from '@tessera/protocol/key-lifecycle';
import type { KeyId } from '@tessera/vocabulary';

/** Tells lessees and mirrors that a key changed, once that is committed. They would notice by themselves within seconds. */
export class KeyChanges {
  constructor(private readonly services: Pick<ServiceClient, 'publish'>) {}

  announce(kid: KeyId, state: KeyState): void {
    this.services.publish(SigningKeyChanged, { kid, state });
  }
}
