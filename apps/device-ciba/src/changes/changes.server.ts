import { Controller, Inject } from '@nestjs/common';
import { ClientChanged, SigningKeyChanged } from '@tessera/contracts';
import { Subscribes } from '@tessera/messaging';

/** What this process copied from others, and how each copy hears that there is something new. */
export interface Copies {
  /** Clients and resources. */
  metadataChanged(): void;
  /** Keys on loan. */
  keysChanged(): void;
}

/** Where {@link Copies} are found. */
export const COPIES = Symbol('Copies');

/** Hints that make the copies prompt; each finds what is new without them. */
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
