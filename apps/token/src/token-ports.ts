import type { ClientDirectory, QueryRunner, SqlReplayLedger } from '@tessera/database';
import { decodeJws, type OpeningKey, verifyJws, verifyMac } from '@tessera/jose';
import type { SigningKey } from '@tessera/jose/signing';
import type { ServiceClient } from '@tessera/messaging';
import type { Logger } from '@tessera/observability';
import { type AccessTokenFacts, type IssuingPorts, issueAccessToken, verifyAccessToken } from '@tessera/protocol/access-token';
import { type AuthenticatedClient, authenticateClient, clientAuthenticationPolicy, type ClientAuthenticationPorts } from '@tessera/protocol/client-authentication';
import type { EdgeRequest } from '@tessera/protocol/edge';
import type { FormParameters } from '@tessera/protocol/form-parameters';
import type { IntrospectionPorts } from '@tessera/protocol/introspection';
import type { KeyPurpose, PublishedJwk } from '@tessera/protocol/key-lease';
import type { RevocationPorts } from '@tessera/protocol/revocation';
import type { EndpointName } from '@tessera/protocol/server-metadata';
import type { TokenRequestPorts } from '@tessera/protocol/token-request';
import type { Clock, IssuerSignatureAlgorithm } from '@tessera/vocabulary';
import type { Copies } from './changes/changes.server.js';
import { BusClientKeySets } from './client-authentication/bus-client-key-sets.js';
import { SealedClientSecrets } from './client-authentication/sealed-client-secrets.js';
import { clientCredentialsGrantOver } from './client-credentials-grant/grant-over-resources.js';
import { SqlLiveAccessTokens } from './introspection/sql-live-access-tokens.js';
import { type IssuanceAuditLog, LeasedAccessTokenSigner, RandomTokenValues, SqlOpaqueAccessTokens } from './issuing/index.js';
import { SqlAccessTokenRevocations } from './revocation/sql-access-token-revocations.js';

/** What the features of this service need, bound. */
export interface TokenPorts {
  readonly tokenRequest: TokenRequestPorts;
  readonly introspection: IntrospectionPorts;
  readonly revocation: RevocationPorts;
  readonly copies: Copies;
}

/** What this service stands on, opened and kept fresh by whoever started it. */
export interface TokenResources {
  readonly issuer: string;
  readonly directory: Pick<ClientDirectory, 'client' | 'resource' | 'pollNow'>;
  readonly lease: {
    signingKey(algorithm: IssuerSignatureAlgorithm): SigningKey;
    openingKeys(purpose: KeyPurpose): readonly OpeningKey[];
    renewNow(): void;
  };
  readonly publishedKeys: { find(kid: string): Promise<PublishedJwk | null>; refreshNow(): void };
  readonly ledger: Pick<SqlReplayLedger, 'spend'>;
  readonly queries: QueryRunner;
  readonly services: Pick<ServiceClient, 'call'>;
  readonly audit: IssuanceAuditLog;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Binds every port of this service's features to its adapter. */
export function tokenPorts(resources: TokenResources): TokenPorts {
  const { issuer, directory, lease, publishedKeys, queries } = resources;
  const authenticateAt = authenticator(resources);
  const verify = accessTokenVerifier(resources);
  const declared = { find: (identifier: string) => directory.resource(identifier) };
  const issuing = issuingPorts(resources, declared);
  return {
    tokenRequest: {
      authenticate: authenticateAt('token'),
      grants: { client_credentials: clientCredentialsGrantOver(declared) },
      issue: (entitlement) => issueAccessToken(entitlement, issuing),
    },
    introspection: {
      issuer,
      authenticate: authenticateAt('introspection'),
      verify,
      liveAccessTokens: new SqlLiveAccessTokens(queries),
      resources: declared,
    },
    revocation: { authenticate: authenticateAt('revocation'), verify, revocations: new SqlAccessTokenRevocations(queries) },
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
    keySets: new BusClientKeySets(services, directory),
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

function issuingPorts({ issuer, lease, queries, audit, clock }: TokenResources, resources: IssuingPorts['resources']): IssuingPorts {
  return {
    issuer,
    resources,
    signer: new LeasedAccessTokenSigner(lease),
    values: new RandomTokenValues(),
    opaqueAccessTokens: new SqlOpaqueAccessTokens(queries),
    statelessIssuance: audit,
    clock,
  };
}
