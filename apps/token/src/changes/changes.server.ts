import { Controller, Inject } from '@nestjs/common';
import { ClientChanged, SigningKeyChanged } from '@tessera/contracts';
import { Subscribes } from '@tessera/messaging';

/** What this process keeps of others' facts and how each is told that there is something new. */
export interface Copies {
  /** Clients and resources changed: ask for the changes. */
  metadataChanged(): void;
  /** A key of the issuer changed: renew the lease, fetch the published keys. */
  keysChanged(): void;
}

/** Where {@link Copies} are found. */
export const COPIES = Symbol('Copies');

/** Hints that something changed. Each copy finds it without them, a little later. */
@Controller()
export class ChangesServer {
  constructor(@Inject(COPIES) private readonly copies: Copies) {}

  @Subscribes(ClientChanged)
  clientChanged(): void {
    this.copies.metadataChanged();
  }

  @Subscribes(SigningKeyChanged)
  signingKeyChanged(): void {
    this.copies.keysChanged();
  }
}
