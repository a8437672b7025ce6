import { generateKeyPairSync } from 'node:crypto';
import { ClientDirectory, loadStatements, Queries, type QueryRunner, SqlReplayLedger } from '@tessera/database';
import { sealTo } from '@tessera/jose/seal';
import type { SigningKey } from '@tessera/jose/signing';
import { silentLogger } from '@tessera/observability';
import type { ClientMetadata, ResourceMetadata } from '@tessera/protocol/client';
import type { EndpointReply } from '@tessera/protocol/edge';
import { answerIntrospection } from '@tessera/protocol/introspection';
import type { PublishedJwk } from '@tessera/protocol/key-lease';
import { answerRevocation } from '@tessera/protocol/revocation';
import { answerTokenRequest } from '@tessera/protocol/token-request';
import { edgeRequest } from '@tessera/protocol/token-request/testing';
import { type KeyId, Outage, systemClock } from '@tessera/vocabulary';
import type pg from 'pg';
import { IssuanceAuditLog } from './issuing/index.js';
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

/** The issuer's keys of a deployment: one ES256 key that signs, one P-256 key that opens. */
export function deploymentKeys() {
  const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const sealing = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = 'sign-1' as KeyId;
  const signingKey: SigningKey = { kid, algorithm: 'ES256', privateKey: signing.privateKey };
  const published = { ...signing.publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' } as PublishedJwk;
  const { x = '', y = '' } = sealing.publicKey.export({ format: 'jwk' });
  return {
    signingKey,
    published,
    openingKeys: [{ kid: 'seal-1', jwk: { ...sealing.privateKey.export({ format: 'jwk' }) } }],
    seal: (payload: Record<string, unknown>) => sealTo({ kid: 'seal-1' as KeyId, jwk: { kty: 'EC', crv: 'P-256', x, y } }, payload),
  };
}

type Fields = Readonly<Record<string, string | readonly string[]>>;

/** One replica of token over a pool, without a bus: its endpoints as functions. */
export async function tokenReplica(pool: pg.Pool, keys: ReturnType<typeof deploymentKeys>) {
  const queries = new CountedQueries(new Queries(pool, loadStatements('token', 'authorization')));
  const directory = new ClientDirectory(queries, { clock: systemClock, logger: silentLogger });
  await directory.start();
  const ledger = new SqlReplayLedger(queries);
  const lease = { valid: true };
  const ports = tokenPorts({
    issuer: ISSUER,
    directory,
    lease: {
      signingKey: () => {
        if (!lease.valid) throw new Outage('key-lease', 'there is no valid lease');
        return keys.signingKey;
      },
      openingKeys: () => keys.openingKeys,
      renewNow: () => {},
    },
    publishedKeys: { find: (kid) => Promise.resolve(kid === keys.published.kid ? keys.published : null), refreshNow: () => {} },
    ledger,
    queries,
    services: { call: () => Promise.reject(new Outage('authorization', 'not here')) },
    audit: new IssuanceAuditLog(silentLogger),
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
      answerTokenRequest(request('/token', { grant_type: 'client_credentials', ...fields }, authorization), ports.tokenRequest),
    introspect: (fields: Fields, ...authorization: string[]): Promise<EndpointReply> =>
      answerIntrospection(request('/introspect', fields, authorization), ports.introspection),
    revoke: (fields: Fields, ...authorization: string[]): Promise<EndpointReply> =>
      answerRevocation(request('/revoke', fields, authorization), ports.revocation),
  };
}

/** Registers a client as authorization would. */
export async function register(owner: pg.Pool, client: ClientMetadata): Promise<void> {
  await owner.query(
    `INSERT INTO client (id, name, enabled, profile, authentication_method, assertion_algorithm, grant_types, scope, resources, default_resource, jwks_uri, managed_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'file')`,
    [client.clientId, client.name, client.enabled, client.profile, client.authenticationMethod, client.assertionAlgorithm, client.grantTypes,
      client.scope, client.resources, client.defaultResource, client.jwksUri],
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
