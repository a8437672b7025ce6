import { randomBytes } from 'node:crypto';
import { freshKeyPairSync } from '@tessera/jose/key-pair';
import { ClientDirectory, loadStatements, Queries, type QueryRunner, SqlReplayLedger } from '@tessera/database';
import { sealTo } from '@tessera/jose/seal';
import type { SigningKey } from '@tessera/jose/signing';
import type { MacKey } from '@tessera/key-lease';
import { newCallContext, type ServiceClient } from '@tessera/messaging';
import { Metrics, silentLogger } from '@tessera/observability';
import type { ClientMetadata, ResourceMetadata } from '@tessera/protocol/client';
import type { EndpointReply } from '@tessera/protocol/edge';
import { answerIntrospection } from '@tessera/protocol/introspection';
import type { PublishedJwk } from '@tessera/protocol/key-lease';
import { answerRevocation } from '@tessera/protocol/revocation';
import { answerTokenRequest } from '@tessera/protocol/token-request';
import { edgeRequest } from '@tessera/protocol/token-request/testing';
import { answerUserinfo } from '@tessera/protocol/userinfo';
import { type IssuerSignatureAlgorithm, type KeyId, Outage, systemClock } from '@tessera/vocabulary';
import type pg from 'pg';
import { IssuanceAuditLog, IssuanceMetrics } from './issuing/index.js';
import { tokenPorts } from './token-ports.js';

/** The issuer of these tests. */
export const ISSUER = 'https://as.example.com';

/** Counts what reaches the database. */
export class CountedQueries implements QueryRunner {
  readonly asked: string[] = [];
  constructor(private readonly queries: QueryRunner) {}
  run(name: string, params: readonly unknown[]): Promise<readonly unknown[]> {
    this.asked.push(name);
    return this.queries.run(name, params);
  }
}

/** The issuer's keys of a deployment: an ES256 and an RS256 key that sign, a P-256 key that opens, a key that derives. */
export function deploymentKeys() {
  const signing = freshKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = freshKeyPairSync('rsa', { modulusLength: 2048 });
  const sealing = freshKeyPairSync('ec', { namedCurve: 'P-256' });
  const [kid, rsaKid] = ['sign-1' as KeyId, 'sign-2' as KeyId];
  const signingKeys: Partial<Record<IssuerSignatureAlgorithm, SigningKey>> = {
    ES256: { kid, algorithm: 'ES256', privateKey: signing.privateKey },
    RS256: { kid: rsaKid, algorithm: 'RS256', privateKey: rsa.privateKey },
  };
  const published = { ...signing.publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' } as PublishedJwk;
  const publishedRsa = { ...rsa.publicKey.export({ format: 'jwk' }), kid: rsaKid, use: 'sig', alg: 'RS256' } as PublishedJwk;
  const derivation: [MacKey, ...MacKey[]] = [{ kid: 'mac-1' as KeyId, use: 'active', secret: randomBytes(32) }];
  const { x = '', y = '' } = sealing.publicKey.export({ format: 'jwk' });
  return {
    signingKeys,
    published,
    publishedRsa,
    derivation,
    openingKeys: [{ kid: 'seal-1', jwk: { ...sealing.privateKey.export({ format: 'jwk' }) } }],
    seal: (payload: Record<string, unknown>) => sealTo({ kid: 'seal-1' as KeyId, jwk: { kty: 'EC', crv: 'P-256', x, y } }, payload),
  };
}

/** The call of the gateway that every request here belongs to. */
const SERVED = { ...newCallContext(), caller: 'gateway', idempotencyKey: null } as const;

type Fields = Readonly<Record<string, string | readonly string[]>>;

/** What another replica or another deployment would do otherwise. */
export interface ReplicaOptions {
  readonly passwordGrant?: boolean;
  /** The other services; without it none is there. */
  readonly call?: (subject: string, request: unknown) => Promise<unknown>;
}

const nobody = () => Promise.reject(new Outage('authorization', 'not here'));

/** One replica of token over a pool, without a bus: its endpoints as functions. */
export async function tokenReplica(pool: pg.Pool, keys: ReturnType<typeof deploymentKeys>, { passwordGrant = false, call = nobody }: ReplicaOptions = {}) {
  const queries = new CountedQueries(new Queries(pool, loadStatements('token', 'authorization')));
  const directory = new ClientDirectory(queries, { clock: systemClock, logger: silentLogger });
  await directory.start();
  const ledger = new SqlReplayLedger(queries);
  const lease = { valid: true };
  const ports = tokenPorts({
    issuer: ISSUER,
    passwordGrant,
    directory,
    lease: {
      signingKey: (algorithm) => {
        const key = lease.valid ? keys.signingKeys[algorithm] : undefined;
        if (key === undefined) throw new Outage('key-lease', 'there is no valid lease');
        return key;
      },
      macKeys: () => {
        if (!lease.valid) throw new Outage('key-lease', 'there is no valid lease');
        return keys.derivation;
      },
      openingKeys: () => keys.openingKeys,
      renewNow: () => {},
    },
    publishedKeys: { find: (kid) => Promise.resolve([keys.published, keys.publishedRsa].find((key) => key.kid === kid) ?? null), refreshNow: () => {} },
    ledger,
    queries,
    services: { call: ((contract, body) => call(contract.subject, body)) as ServiceClient['call'] },
    audit: new IssuanceAuditLog(silentLogger),
    counts: new IssuanceMetrics(new Metrics('token')),
    clock: systemClock,
    logger: silentLogger,
  });
  const request = (path: string, fields: Fields, authorization: readonly string[]) =>
    edgeRequest(fields, { authorization: [...authorization], url: `${ISSUER}${path}` });
  return {
    queries,
    directory,
    ledger,
    lease,
    token: (fields: Fields, ...authorization: string[]): Promise<EndpointReply> =>
      answerTokenRequest(request('/token', { grant_type: 'client_credentials', ...fields }, authorization), ports.tokenRequest, SERVED),
    introspect: (fields: Fields, ...authorization: string[]): Promise<EndpointReply> =>
      answerIntrospection(request('/introspect', fields, authorization), ports.introspection),
    revoke: (fields: Fields, ...authorization: string[]): Promise<EndpointReply> =>
      answerRevocation(request('/revoke', fields, authorization), ports.revocation),
    userinfo: (fields: Fields, ...authorization: string[]): Promise<EndpointReply> =>
      answerUserinfo(request('/userinfo', fields, authorization), ports.userinfo),
  };
}

/** Registers a client as authorization would. */
export async function register(owner: pg.Pool, client: ClientMetadata): Promise<void> {
  await owner.query(
    `INSERT INTO client (id, name, enabled, profile, authentication_method, assertion_algorithm, grant_types, scope, resources, default_resource, jwks_uri, registration, managed_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'file')`,
    [client.clientId, client.name, client.enabled, client.profile, client.authenticationMethod, client.assertionAlgorithm, client.grantTypes,
      client.scope, client.resources, client.defaultResource, client.jwksUri, JSON.stringify(client.registration)],
  );
  for (const digest of client.secretDigests) await owner.query('INSERT INTO client_secret (client_id, digest) VALUES ($1, $2)', [client.clientId, digest]);
  for (const sealed of client.sealedSecrets) {
    await owner.query("INSERT INTO client_secret (client_id, sealed, sealing_kid) VALUES ($1, $2, 'seal-1')", [client.clientId, sealed]);
  }
  if (client.keys.length > 0) {
    await owner.query("INSERT INTO client_key_set (client_id, keys, source) VALUES ($1, $2, 'value')", [client.clientId, JSON.stringify(client.keys)]);
  }
}

/** Declares a resource as authorization would. */
export async function declare(owner: pg.Pool, resource: ResourceMetadata): Promise<void> {
  await owner.query(
    `INSERT INTO resource (identifier, name, enabled, scope, token_format, signing_algorithm, introspected_by, managed_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'file')`,
    [resource.identifier, resource.name, resource.enabled, resource.scope, resource.tokenFormat, resource.signingAlgorithm, resource.introspectedBy],
  );
}
