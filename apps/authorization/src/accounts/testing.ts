import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { freshKeyPairSync } from '@tessera/jose/key-pair';
import { loadStatements, Queries } from '@tessera/database';
import { sealTo } from '@tessera/jose/seal';
import { silentLogger } from '@tessera/observability';
import { normalizeIdentifier, type SecretPurpose } from '@tessera/protocol/account';
import type { SealingKey } from '@tessera/protocol/key-lease';
import { AccountId, systemClock } from '@tessera/vocabulary';
import type pg from 'pg';
import { AdministrationTurns, ChangeNews } from '../administration/index.js';
import { LeasedSecretSeals } from '../client-secrets/index.js';
import { DeclarationApplying } from '../declaration/index.js';
import { accountParts } from './account-parts.js';
import { SqlPasswordAttempts } from './password-attempts.js';
import { PasswordChange } from './password-change.js';
import type { PasswordHasher } from './password-hashing.js';
import { PasswordSignIn } from './password-sign-in.js';
import { SealedSecrets } from './sealed-secrets.js';

/** An address nobody has (RFC 5737). */
export const SOURCE = '203.0.113.7';

/** Hashes nothing and counts: `hashed:<password>`; forms that begin with `old:` are outdated. */
export class CountingHasher implements PasswordHasher {
  readonly decoy = 'decoy';
  hashes = 0;
  readonly verified: string[] = [];

  hash = async (password: string): Promise<string> => {
    this.hashes += 1;
    return `hashed:${password}`;
  };

  verify = async (stored: string, password: string): Promise<boolean> => {
    this.verified.push(stored);
    return stored === `hashed:${password}` || stored === `old:${password}`;
  };

  outdated = (stored: string): boolean => stored.startsWith('old:');
}

/** The `password-transport` key of a system. */
export class TransportKey {
  private readonly pair = freshKeyPairSync('ec', { namedCurve: 'P-256' });
  private readonly opening = { kid: 'pt-1', jwk: this.pair.privateKey.export({ format: 'jwk' }) as Record<string, unknown> };
  readonly sealing = {
    purpose: 'password-transport',
    kid: 'pt-1',
    jwk: this.pair.publicKey.export({ format: 'jwk' }),
  } as SealingKey;

  openingKeys = () => [this.opening];

  /** As the gateway seals; a test states only what matters to it. */
  seal(secret: string, requestId: string, purpose: SecretPurpose, overrides: Record<string, unknown> = {}): string {
    return sealTo(this.sealing, { secret, rid: requestId, purpose, exp: systemClock.epochSeconds() + 60, ...overrides });
  }
}

/** A new request id. */
export const newRequestId = (): string => randomBytes(12).toString('base64url');

/** The accounts of the service over a real database, with a hasher that counts. */
export function accountsOn(pool: pg.Pool, hasher: PasswordHasher & Partial<Pick<CountingHasher, 'hashes' | 'verified'>> = new CountingHasher()) {
  const queries = new Queries(pool, loadStatements('authorization'));
  const key = new TransportKey();
  const secrets = new SealedSecrets(key, systemClock);
  const attempts = new SqlPasswordAttempts(queries);
  const signIn = new PasswordSignIn({ secrets, attempts, hasher, queries, logger: silentLogger });
  const change = new PasswordChange({ secrets, signIn, hasher, queries });
  /** Signs in as the page does. */
  const attempt = async (identifier: string, password: string, rest: { sourceAddress?: string; requestId?: string; purpose?: 'sign-in' | 'password-grant' } = {}) => {
    const { sourceAddress = SOURCE, requestId = newRequestId(), purpose = 'sign-in' } = rest;
    const sealedPassword = await key.seal(password, requestId, purpose);
    return await signIn.attempt({ identifier, sealedPassword, requestId, purpose, sourceAddress });
  };
  return { queries, key, secrets, attempts, signIn, change, attempt };
}

/** Puts an account into the database, whose password is stored as `secret`. */
export async function givenAccount(
  owner: pg.Pool,
  { username = 'alice', secret = 'hashed:correct horse', ...rest }: { username?: string; secret?: string | null; enabled?: boolean; locked?: boolean; email?: string } = {},
): Promise<AccountId> {
  const id = AccountId.parse(`usr_${randomBytes(16).toString('base64url')}`);
  await owner.query(`INSERT INTO account (id, enabled, locked_at, claims, managed_by) VALUES ($1, $2, CASE WHEN $3 THEN now() END, $4, 'api')`, [
    id,
    rest.enabled ?? true,
    rest.locked ?? false,
    { name: username },
  ]);
  const identifiers = [username, ...(rest.email === undefined ? [] : [rest.email])].map(normalizeIdentifier);
  for (const identifier of identifiers) {
    await owner.query('INSERT INTO account_identifier (kind, value, account_id) VALUES ($1, $2, $3)', [identifier?.kind, identifier?.value, id]);
  }
  if (secret !== null) await owner.query(`INSERT INTO credential (account_id, kind, secret) VALUES ($1, 'password', $2)`, [id, secret]);
  return id;
}

/** A session of an account, and a grant in it and one that outlives it; as the rest of the service makes them. */
export async function givenSession(owner: pg.Pool, accountId: AccountId): Promise<string> {
  const id = randomUUID();
  await owner.query(
    `INSERT INTO session (id, handle_hash, sid, account_id, authenticated_at, acr, amr, idle_expires_at, expires_at)
     VALUES ($1, $2, $3, $4, now(), '1', '{pwd}', now() + interval '1 day', now() + interval '1 day')`,
    [id, createHash('sha256').update(id).digest(), `sid-${id}`, accountId],
  );
  return id;
}

/** A grant to the client `app`; without a session it rests on the password alone. */
export async function givenGrant(owner: pg.Pool, accountId: AccountId, sessionId: string | null, offline: boolean): Promise<string> {
  const id = randomUUID();
  await owner.query(
    `INSERT INTO client (id, name, authentication_method, grant_types, scope, resources, managed_by)
     VALUES ('app', 'App', 'none', '{}', '{}', '{}', 'api') ON CONFLICT DO NOTHING`,
  );
  await owner.query(
    `INSERT INTO authorization_grant (id, client_id, account_id, subject, session_id, sid, offline, authority, auth_time, amr)
     VALUES ($1, 'app', $2, $2, $3, $4, $5, '{}', now(), '{pwd}')`,
    [id, accountId, sessionId, sessionId === null ? null : `sid-${sessionId}`, offline],
  );
  return id;
}

/** The administration of users and declarations over a real database; passwords are sealed by `sealFor`. */
export function administrationOn(pool: pg.Pool, hasher = new CountingHasher(), key = new TransportKey()) {
  const queries = new Queries(pool, loadStatements('authorization'));
  const logger = silentLogger;
  const parts = accountParts({ queries, lease: key, pepper: randomBytes(32), clock: systemClock, logger, hasher });
  const applying = new DeclarationApplying(
    new AdministrationTurns(queries),
    new LeasedSecretSeals(key),
    new ChangeNews(queries, { publish: () => undefined }, logger),
    () => undefined,
    parts.sealedPasswords,
    queries,
  );
  /** As the command line seals: for an account id, or the user name of a declaration. */
  const sealFor = async (account: string, secret = 'correct horse', requestId: string = randomUUID()) => ({
    sealed: await key.seal(secret, requestId, 'set-password', { account }),
    requestId,
  });
  return { ...parts, users: parts.userAdministration, applying, queries, key, hasher, sealFor };
}
