import { type DynamicModule, Module } from '@nestjs/common';
import type { DeliveryDesk } from '@tessera/protocol/delivery';
import { accountPageModule } from './account-page/index.js';
import { type UserAdministration, usersModule } from './accounts/index.js';
import { authorizationCodeModule } from './authorization-code/index.js';
import { clientKeySetModule, type KeySetFetching } from './client-key-set/index.js';
import { clientRegistrationModule, type ClientRegistrationParts } from './client-registration/index.js';
import { clientsModule, type PrismaClientListing, type SecretRotation } from './clients/index.js';
import { type DeclarationApplying, declarationModule } from './declaration/index.js';
import { deliveryModule } from './delivery/index.js';
import { decoupledModule } from './decoupled/index.js';
import { deviceVerificationModule } from './device-verification/index.js';
import { endSessionModule } from './end-session/index.js';
import { grantModule } from './grant/index.js';
import { interactionModule } from './interaction/index.js';
import { issuerKeysModule } from './issuer-keys/index.js';
import { type PushedAuthorizationRequestEndpoint, pushedAuthorizationRequestModule } from './pushed-authorization-request/index.js';
import type { SignInParts } from './sign-in-parts.js';

/** Who is the user, what did they agree to, which code proves it; and the clients and resources it is about. */
@Module({})
export class AuthorizationModule {}

/** What the features of this service need, bound. */
export interface AuthorizationParts {
  readonly listing: PrismaClientListing;
  readonly rotation: SecretRotation;
  readonly fetching: KeySetFetching;
  readonly applying: DeclarationApplying;
  readonly keysChanged: () => void;
  readonly users: UserAdministration;
  readonly registration: ClientRegistrationParts;
  readonly signIn: SignInParts;
  readonly pushing: PushedAuthorizationRequestEndpoint;
  readonly deliveries: DeliveryDesk;
}

/** All features of this service with what they need. */
export function authorizationModule(parts: AuthorizationParts): DynamicModule {
  const { listing, rotation, fetching, applying, keysChanged, users, registration, signIn, pushing, deliveries } = parts;
  const imports = [
    clientsModule(listing, rotation),
    clientKeySetModule(fetching),
    declarationModule(applying),
    issuerKeysModule(keysChanged),
    usersModule(users),
    clientRegistrationModule(registration),
    pushedAuthorizationRequestModule(pushing),
    interactionModule(signIn.endpoint, signIn.desk),
    authorizationCodeModule(signIn.codes),
    grantModule(signIn.verifying),
    endSessionModule(signIn.endSession),
    accountPageModule(signIn.accountPage),
    deliveryModule(deliveries),
    deviceVerificationModule(signIn.userCodes),
    decoupledModule(signIn.decoupled.grants, signIn.decoupled.signedIn, signIn.decoupled.people),
  ];
  return { module: AuthorizationModule, imports };
}
