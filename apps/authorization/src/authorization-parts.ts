import { randomBytes } from 'node:crypto';
import type { ClientDirectory, Queries } from '@tessera/database';
import type { OwnerClient } from '@tessera/database/prisma';
import type { ServiceClient } from '@tessera/messaging';
import type { Logger } from '@tessera/observability';
import type { OutboundHttp } from '@tessera/outbound-http';
import { DeliveryDesk, deskKind } from '@tessera/protocol/delivery';
import type { RegistrationPolicy } from '@tessera/protocol/client-registration';
import type { KeyPurpose, PublishedJwk, SealingKey } from '@tessera/protocol/key-lease';
import type { RequestObjectPorts } from '@tessera/protocol/request-object';
import type { SessionLifetimes } from '@tessera/protocol/session';
import type { Clock } from '@tessera/vocabulary';
import { accountParts, type AccountParts, type PasswordHasher } from './accounts/index.js';
import { AdministrationTurns, ChangeNews } from './administration/index.js';
import type { AuthorizationParts } from './authorization.module.js';
import { OutboundRequestUris, requestObjectVerification } from './authorization-request/index.js';
import { logoutDeliveries, type LogoutSigning } from './backchannel-logout/index.js';
import { authenticator, BusReplayLedger } from './client-authentication/index.js';
import { KeySetFetching, OutboundKeySetSource, SqlClientKeySets } from './client-key-set/index.js';
import {
  type ClientRegistrationParts,
  ClientRegistrations,
  InitialAccessTokens,
  OutboundSectorDocuments,
  RegisteredClientStates,
  type RegistrationMode,
  SqlClientRegistrations,
} from './client-registration/index.js';
import { LeasedSecretSeals, type OpeningKeys, SecretResealing } from './client-secrets/index.js';
import { PrismaClientListing, SecretRotation } from './clients/index.js';
import { DeclarationApplying } from './declaration/index.js';
import { BusDeviceRequests } from './device-verification/index.js';
import type { SubjectSalts } from './grant/index.js';
import { BusFrontChannelTokens, OutboundClientLogos } from './interaction/index.js';
import type { PushedAuthorizationRequestEndpoint } from './pushed-authorization-request/index.js';
import { type SignInParts, signInParts } from './sign-in-parts.js';
import { Upkeep } from './upkeep/index.js';

/** What a deployment decides about signing in. */
export interface SignInPolicy {
  readonly issuer: string;
  readonly sessions: SessionLifetimes;
  /** Whether every client has to push its requests (RFC 9126 §5). */
  readonly requirePushed: boolean;
  /** Whether request objects are fetched from registered `request_uris` (PAR-7). */
  readonly fetchRequestUris: boolean;
  /** Whether the deployment's own authenticator vouches for people. */
  readonly authenticatorTrusted: boolean;
  /** Who may register clients, and what those may be (RFC 7591). */
  readonly registration: RegistrationPolicy & { readonly mode: RegistrationMode; readonly unusedSeconds: number };
  /** Seconds a pushed request waits for its authorization (PAR-3). */
  readonly pushedRequestLifetimeSeconds: number;
  /** Secret key of the password hashes (SEC-1). */
  readonly pepper: Uint8Array;
}

/** What this service stands on. */
export interface AuthorizationFoundation {
  readonly queries: Queries;
  readonly prisma: OwnerClient<'authorization'>;
  readonly directory: Pick<ClientDirectory, 'client' | 'resource' | 'pollNow'>;
  readonly services: Pick<ServiceClient, 'publish' | 'call'>;
  readonly http: Pick<OutboundHttp, 'send'>;
  readonly lease: OpeningKeys & SubjectSalts & LogoutSigning & { renewNow(): void };
  readonly publishedKeys: { sealingKey(purpose: KeyPurpose): SealingKey; find(kid: string): Promise<PublishedJwk | null>; refreshNow(): void };
  readonly policy: SignInPolicy;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Instead of argon2id, in specs. */
  readonly hasher?: PasswordHasher;
}

/** Binds the features of this service to what it stands on. */
export function authorizationParts(on: AuthorizationFoundation): AuthorizationParts & { readonly upkeep: Upkeep } {
  const { queries, services, lease, publishedKeys, policy, clock, logger } = on;
  const turns = new AdministrationTurns(queries);
  const news = new ChangeNews(queries, services, logger);
  const seals = new LeasedSecretSeals(lease);
  const keySets = { keySets: new SqlClientKeySets(queries), source: new OutboundKeySetSource(on.http) };
  const fetching = new KeySetFetching(keySets, news, clock, logger);
  const resealing = new SecretResealing(queries, seals, publishedKeys, logger);
  const upkeep = new Upkeep(
    { refreshDueKeySets: () => fetching.refreshDue(), resealSecrets: () => resealing.run(), queries, unusedRegistrationSeconds: policy.registration.unusedSeconds },
    { clock, logger },
  );
  const accounts = accountParts({ queries, lease, pepper: policy.pepper, clock, logger, ...(on.hasher === undefined ? {} : { hasher: on.hasher }) });
  const requestObjects = requestObjectVerification({ issuer: policy.issuer, directory: on.directory, fetchKeySet: (clientId) => fetching.refresh(clientId), clock });
  const signIn = signInOf(on, accounts, requestObjects);
  return {
    listing: new PrismaClientListing(on.prisma),
    rotation: new SecretRotation(turns, seals, news),
    fetching,
    applying: new DeclarationApplying(turns, seals, news, () => upkeep.keySetsNow(), accounts.sealedPasswords, queries),
    keysChanged: () => {
      lease.renewNow();
      // Secrets are sealed to a new key by the upkeep, within a minute: the copies have to be there first.
      publishedKeys.refreshNow();
    },
    users: accounts.userAdministration,
    registration: registrationOf(on, { seals, news, fetchSoon: () => upkeep.keySetsNow() }),
    signIn,
    pushing: pushingOf(on, signIn, fetching, requestObjects),
    deliveries: deliveriesOf(on),
    upkeep,
  };
}

function registrationOf(
  { queries, http, publishedKeys, policy }: AuthorizationFoundation,
  parts: { readonly seals: LeasedSecretSeals; readonly news: ChangeNews; readonly fetchSoon: () => void },
): ClientRegistrationParts {
  const { issuer, registration } = policy;
  const stores = { store: new SqlClientRegistrations(queries), sectors: new OutboundSectorDocuments(http) };
  const registrations = new ClientRegistrations({ issuer, mode: registration.mode, policy: registration, sealingKeys: publishedKeys, ...stores, ...parts });
  return { registrations, tokens: new InitialAccessTokens(queries), states: new RegisteredClientStates(queries, parts.news) };
}

/** The kinds of delivery this service owns; a new one is a new row here. */
function deliveriesOf({ queries, lease, clock, policy }: AuthorizationFoundation): DeliveryDesk {
  return new DeliveryDesk({
    'backchannel-logout': deskKind(logoutDeliveries({ issuer: policy.issuer, queries, lease, clock })),
  });
}

function signInOf({ services, queries, directory, lease, publishedKeys, policy, http, clock }: AuthorizationFoundation, accounts: AccountParts, requestObjects: RequestObjectPorts): SignInParts {
  const { issuer, sessions: lifetimes, requirePushed, fetchRequestUris, authenticatorTrusted } = policy;
  const requestUris = fetchRequestUris ? new OutboundRequestUris(http, clock) : null;
  const devices = new BusDeviceRequests(services);
  const [frontChannelTokens, logos] = [new BusFrontChannelTokens(services), new OutboundClientLogos(http, clock)];
  return signInParts({ issuer, queries, directory, accounts, lease, publishedKeys, lifetimes, requirePushed, authenticatorTrusted, requestObjects, requestUris, frontChannelTokens, logos, devices });
}

/** 256 bits (GEN-3). */
const HANDLE_BYTES = 32;

function pushingOf(
  { directory, lease, services, policy, clock, logger }: AuthorizationFoundation,
  { hints, pushedRequests }: SignInParts,
  fetching: KeySetFetching,
  requestObjects: RequestObjectPorts,
): PushedAuthorizationRequestEndpoint {
  const authenticateAt = authenticator({
    issuer: policy.issuer,
    directory,
    lease,
    fetchKeySet: (clientId) => fetching.refresh(clientId),
    ledger: new BusReplayLedger(services),
    clock,
    logger,
  });
  return {
    ports: {
      authenticate: authenticateAt('pushedAuthorizationRequest'),
      resources: { find: (identifier) => directory.resource(identifier) },
      hints,
      requestObjects,
      pushedRequests,
      newHandle: () => randomBytes(HANDLE_BYTES).toString('base64url'),
    },
    policy: { lifetimeSeconds: policy.pushedRequestLifetimeSeconds },
  };
}
