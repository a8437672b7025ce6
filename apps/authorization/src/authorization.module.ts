import { type DynamicModule, Module } from '@nestjs/common';
import { clientKeySetModule, type KeySetFetching } from './client-key-set/index.js';
import { clientsModule, type PrismaClientListing, type SecretRotation } from './clients/index.js';
import { type DeclarationApplying, declarationModule } from './declaration/index.js';
import { issuerKeysModule } from './issuer-keys/index.js';

/** Who is the user, what did they agree to, which code proves it. In this release: clients and resources. */
@Module({})
export class AuthorizationModule {}

/** What the features of this service need, bound. */
export interface AuthorizationParts {
  readonly listing: PrismaClientListing;
  readonly rotation: SecretRotation;
  readonly fetching: KeySetFetching;
  readonly applying: DeclarationApplying;
  readonly keysChanged: () => void;
}

/** All features of this service with what they need. */
export function authorizationModule({ listing, rotation, fetching, applying, keysChanged }: AuthorizationParts): DynamicModule {
  const imports = [
    clientsModule(listing, rotation),
    clientKeySetModule(fetching),
    declarationModule(applying),
    issuerKeysModule(keysChanged),
  ];
  return { module: AuthorizationModule, imports };
}
