import { Controller, Inject } from '@nestjs/common';
import { SigningKeyChanged } from '@tessera/contracts';
import { Subscribes } from '@tessera/messaging';

/** Told that a key of the issuer changed. */
export type KeysChanged = () => void;

/** Where {@link KeysChanged} is found. */
export const KEYS_CHANGED = Symbol('KeysChanged');

/** The keys of the issuer, as far as this service keeps them. The lease finds a change without the event, a little later. */
@Controller()
export class IssuerKeysServer {
  constructor(@Inject(KEYS_CHANGED) private readonly changed: KeysChanged) {}

  @Subscribes(SigningKeyChanged)
  signingKeyChanged(): void {
    this.changed();
  }
}
