import type { Queries } from '@tessera/database';
import { decodeJws, verifyJws } from '@tessera/jose';
import type { ClientMetadata, ResourceMetadata } from '@tessera/protocol/client';
import type { PublishedJwk } from '@tessera/protocol/key-lease';
import type { RequestUriSource } from '@tessera/protocol/authorization-request';
import type { RequestObjectPorts } from '@tessera/protocol/request-object';
import type { SessionLifetimes } from '@tessera/protocol/session';
import { AccountPageDesk, SqlAccountAccess } from './account-page/index.js';
import type { AccountParts } from './accounts/index.js';
import { SqlAuthorizationCodes } from './authorization-code/index.js';
import { AuthorizationRequests, SqlPushedAuthorizationRequests } from './authorization-request/index.js';
import { GrantRecordingDesk, HintedPeople, SignedInDesk } from './decoupled/index.js';
import { DeviceGrants, DeviceInteraction, type DeviceRequests, UserCodeEntering } from './device-verification/index.js';
import { EndSessionEndpoint, SqlFrontchannelLogouts } from './end-session/index.js';
import { PasswordVerifying, SqlGrants, Subjects, type SubjectSalts, VerifiedIdTokenHints } from './grant/index.js';
import {
  AccountInteraction,
  AuthorizationCompletion,
  AuthorizationEndpoint,
  AuthorizationInteraction,
  AuthorizationResponses,
  type ClientLogos,
  type FrontChannelTokenIssuer,
  InteractionDesk,
  PasswordStep,
  SqlInteractions,
} from './interaction/index.js';
import { SqlSessions } from './session/index.js';

/** What signing people in stands on. */
export interface SignInFoundation {
  readonly issuer: string;
  readonly queries: Queries;
  readonly directory: {
    client(clientId: string): Promise<ClientMetadata | null>;
    resource(identifier: string): Promise<ResourceMetadata | null>;
  };
  readonly accounts: Pick<AccountParts, 'passwordSignIn' | 'passwordChange' | 'userCodes'>;
  readonly lease: SubjectSalts;
  readonly publishedKeys: { find(kid: string): Promise<PublishedJwk | null> };
  readonly lifetimes: SessionLifetimes;
  /** Whether every client has to push its requests (RFC 9126 §5). */
  readonly requirePushed: boolean;
  /** Whether the deployment's own authenticator vouches for people. */
  readonly authenticatorTrusted: boolean;
  readonly requestObjects: RequestObjectPorts;
  /** Null where this deployment fetches no request objects (PAR-7). */
  readonly requestUris: RequestUriSource | null;
  readonly frontChannelTokens: FrontChannelTokenIssuer;
  readonly logos: ClientLogos;
  /** The requests of devices, which another service owns. */
  readonly devices: DeviceRequests;
}

/** What other services ask about people. */
export interface DecoupledParts {
  readonly grants: GrantRecordingDesk;
  readonly signedIn: SignedInDesk;
  readonly people: HintedPeople;
}

/** Signing people in, keeping them in, and out again. */
export interface SignInParts {
  readonly endpoint: AuthorizationEndpoint;
  readonly desk: InteractionDesk;
  readonly codes: SqlAuthorizationCodes;
  readonly verifying: PasswordVerifying;
  readonly endSession: EndSessionEndpoint;
  readonly accountPage: AccountPageDesk;
  readonly hints: VerifiedIdTokenHints;
  readonly pushedRequests: SqlPushedAuthorizationRequests;
  readonly userCodes: UserCodeEntering;
  readonly decoupled: DecoupledParts;
}

/** Binds them. */
export function signInParts(on: SignInFoundation): SignInParts {
  const { issuer, queries, directory, accounts } = on;
  const grants = new SqlGrants(queries);
  const hints = hintsOver(on, grants);
  const pushedRequests = new SqlPushedAuthorizationRequests(queries);
  const subjects = new Subjects(on.lease);
  const stores = { sessions: new SqlSessions(queries, on.lifetimes), interactions: new SqlInteractions(queries) };
  const completion = new AuthorizationCompletion(queries, subjects);
  const responses = new AuthorizationResponses(issuer, on.frontChannelTokens);
  const clients = { find: (clientId: string) => directory.client(clientId) };
  const resources = { find: (identifier: string) => directory.resource(identifier) };
  const requests = new AuthorizationRequests({ clients, resources, pushedRequests, hints, requestObjects: on.requestObjects, requestUris: on.requestUris }, { requirePushed: on.requirePushed });
  const password = new PasswordStep(accounts.passwordSignIn, stores.sessions);
  const endSession = new EndSessionEndpoint({ directory, hints, subjects, frontchannel: new SqlFrontchannelLogouts(queries, issuer), ...stores });
  const desk = new InteractionDesk(stores.interactions, {
    authorization: new AuthorizationInteraction({ issuer, directory, completion, responses, password, subjects, logos: on.logos, ...stores }),
    account: new AccountInteraction({ password, ...stores }),
    logout: endSession,
    device: new DeviceInteraction({ devices: on.devices, grants: new DeviceGrants(queries, subjects), directory, password, ...stores }),
  });
  return {
    endpoint: new AuthorizationEndpoint({ issuer, requests, completion, responses, subjects, ...stores }),
    desk,
    codes: new SqlAuthorizationCodes(queries),
    verifying: new PasswordVerifying({ clients: directory, passwords: accounts.passwordSignIn, grants, subjects }),
    endSession,
    accountPage: new AccountPageDesk({ directory, access: new SqlAccountAccess(queries), passwords: accounts.passwordChange, userCodes: accounts.userCodes, ...stores }),
    hints,
    pushedRequests,
    userCodes: new UserCodeEntering({ devices: on.devices, ...stores }),
    decoupled: {
      grants: new GrantRecordingDesk({ queries, directory, subjects, authenticatorTrusted: on.authenticatorTrusted }),
      signedIn: new SignedInDesk(stores),
      people: new HintedPeople({ queries, directory, hints, userCodes: accounts.userCodes }),
    },
  };
}

function hintsOver({ issuer, publishedKeys }: SignInFoundation, grants: SqlGrants): VerifiedIdTokenHints {
  const verifier = { issuer, decode: decodeJws, findKey: (kid: string) => publishedKeys.find(kid), verifySignature: verifyJws };
  return new VerifiedIdTokenHints(verifier, grants);
}
