import { RefreshClientKeySet } from '@tessera/contracts';
import { decodeJws, verifyJws, verifyMac } from '@tessera/jose';
import { RefreshedClientKeySets, SealedClientSecrets } from '@tessera/key-lease/client-authentication';
import { newCallContext } from '@tessera/messaging';
import { type AccessTokenFacts, type IssuingPorts, issueAccessToken, verifyAccessToken, withUserinfo } from '@tessera/protocol/access-token';
import { type AuthenticatedClient, authenticateClient, clientAuthenticationPolicy, type ClientAuthenticationPorts, type ReplayLedger } from '@tessera/protocol/client-authentication';
import type { EdgeRequest, EndpointName } from '@tessera/protocol/edge';
import type { FormParameters } from '@tessera/protocol/form-parameters';
import type { FrontChannelPorts } from '@tessera/protocol/front-channel-tokens';
import type { IntrospectionPorts } from '@tessera/protocol/introspection';
import type { RevocationPorts } from '@tessera/protocol/revocation';
import { issueToUser, type UserIssuingPorts } from '@tessera/protocol/token-request';
import type { UserinfoPorts } from '@tessera/protocol/userinfo';
import { HOP_DEADLINE_MS } from '@tessera/vocabulary';
import type { Copies } from './changes/changes.server.js';
import { PushedTokenIssuing } from './ciba-grant/pushed-tokens.js';
import { grantTable } from './grant-table.js';
import { SqlLiveAccessTokens } from './introspection/sql-live-access-tokens.js';
import { SqlLiveRefreshTokens } from './introspection/sql-live-refresh-tokens.js';
import { LeasedAccessTokenSigner, RandomTokenValues, SqlOpaqueAccessTokens } from './issuing/index.js';
import { SqlRefreshFamilies } from './refresh-token-grant/sql-refresh-families.js';
import { SqlRevocations } from './revocation/sql-revocations.js';
import type { TokenResources } from './token-resources.js';
import type { TokenEndpointPorts } from './token-request/token-request.server.js';
import { SqlLivePersons } from './userinfo/sql-live-persons.js';

/** What the features of this service need, bound. */
export interface TokenPorts {
  readonly tokenRequest: TokenEndpointPorts;
  readonly frontChannel: FrontChannelPorts;
  readonly introspection: IntrospectionPorts;
  readonly revocation: RevocationPorts;
  readonly userinfo: UserinfoPorts;
  /** Where assertions that other services are presented are spent too (CLI-7). */
  readonly assertions: ReplayLedger;
  readonly copies: Copies;
  /** Tokens that nobody asks for at the token endpoint (CIBA Core §10.3). */
  readonly pushedTokens: PushedTokenIssuing;
}

/** Binds every port of this service's features to its adapter. */
export function tokenPorts(resources: TokenResources): TokenPorts {
  const { issuer, directory, lease, publishedKeys, queries, counts } = resources;
  const { issued } = counts;
  const authenticateAt = authenticator(resources);
  const verify = accessTokenVerifier(resources);
  const known = withUserinfo({ find: (identifier) => directory.resource(identifier) }, issuer);
  const families = new SqlRefreshFamilies(queries);
  const issuing = issuingPorts(resources, known, families);
  const clients = { find: (clientId: string) => directory.client(clientId) };
  return {
    tokenRequest: {
      authenticate: authenticateAt('token'),
      grants: grantTable(resources, known, families),
      issue: (entitlement) => issueAccessToken(entitlement, issuing),
      issueToUser: (decided, client) => issueToUser(decided, client, issuing),
      issued,
      failed: (error) => counts.failed(error),
    },
    frontChannel: { issuing, clients, issued },
    introspection: {
      issuer,
      authenticate: authenticateAt('introspection'),
      verify,
      liveAccessTokens: new SqlLiveAccessTokens(queries),
      liveRefreshTokens: new SqlLiveRefreshTokens(queries),
      resources: known,
    },
    revocation: { authenticate: authenticateAt('revocation'), verify, revocations: new SqlRevocations(queries) },
    userinfo: {
      issuer,
      verify,
      livePersons: new SqlLivePersons(queries),
      clients,
      signer: issuing.signer,
    },
    assertions: resources.ledger,
    pushedTokens: new PushedTokenIssuing({ clients: { find: (clientId) => directory.client(clientId) }, known: { issuer, resources: known }, issuing, issued }),
    copies: {
      metadataChanged: () => directory.pollNow(),
      keysChanged: () => {
        lease.renewNow();
        publishedKeys.refreshNow();
      },
    },
  };
}

/** Client authentication, the same for all endpoints of this service but for what each of them is called. */
function authenticator({ issuer, directory, lease, ledger, services, clock, logger }: TokenResources) {
  const ports: ClientAuthenticationPorts = {
    clients: { find: (clientId) => directory.client(clientId) },
    secrets: new SealedClientSecrets(lease, logger),
    keySets: new RefreshedClientKeySets(
      (clientId) => services.call(RefreshClientKeySet, { clientId }, newCallContext(HOP_DEADLINE_MS)),
      directory,
    ),
    replay: ledger,
    signatures: { decode: decodeJws, verifySignature: verifyJws, verifyMac },
    clock,
  };
  return (endpoint: EndpointName) => {
    const policy = clientAuthenticationPolicy(issuer, endpoint);
    return (request: EdgeRequest, parameters: FormParameters): Promise<AuthenticatedClient> =>
      authenticateClient(request, parameters, ports, policy);
  };
}

function accessTokenVerifier({ issuer, clock, publishedKeys }: TokenResources): (compact: string) => Promise<AccessTokenFacts | null> {
  const verifier = {
    issuer,
    clock,
    decode: decodeJws,
    findKey: (kid: string) => publishedKeys.find(kid),
    verifySignature: verifyJws,
  };
  return (compact) => verifyAccessToken(compact, verifier);
}

function issuingPorts({ issuer, lease, queries, audit, counts, clock }: TokenResources, resources: IssuingPorts['resources'], families: UserIssuingPorts['families']): UserIssuingPorts {
  return {
    issuer,
    resources,
    signer: counts.timed(new LeasedAccessTokenSigner(lease)),
    values: new RandomTokenValues(),
    opaqueAccessTokens: new SqlOpaqueAccessTokens(queries),
    statelessIssuance: audit,
    families,
    clock,
  };
}
