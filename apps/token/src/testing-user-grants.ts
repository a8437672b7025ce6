import { hash, randomBytes, randomUUID } from 'node:crypto';
import { RedeemAuthorizationCode, VerifyPassword } from '@tessera/contracts';
import type { UserGrant } from '@tessera/protocol/access-token';
import type { AuthorizationCodeRedemption } from '@tessera/protocol/authorization-code-grant';
import type { PasswordVerdict } from '@tessera/protocol/resource-owner-password-grant';
import { type Authority, authorityOver, ClientId, GrantId, systemClock } from '@tessera/vocabulary';
import type pg from 'pg';

/** What is known of everybody who signs in here. */
export const CLAIMS = {
  name: 'Jane Doe',
  given_name: 'Jane',
  email: 'janedoe@example.com',
  email_verified: true,
  phone_number: '+1 (425) 555-1212',
  updated_at: 1_311_280_970,
};

/** What somebody allowed a client, and the rows it depends on. */
export interface SignedIn {
  readonly accountId: string;
  readonly sessionId: string | null;
  readonly grant: UserGrant;
}

/** How somebody signed in. */
export interface SigningIn {
  readonly scope?: readonly string[];
  readonly resources?: readonly string[];
  readonly claims?: Authority['claims'];
  readonly offline?: boolean;
  /** Whether there is a browser with a session. */
  readonly session?: boolean;
}

/** Records account, session and grant as authorization would. */
export async function signIn(owner: pg.Pool, clientId: string, how: SigningIn = {}): Promise<SignedIn> {
  const { scope = ['openid', 'profile', 'email'], resources = [], claims = {}, offline = false, session = true } = how;
  const accountId = `usr_${randomBytes(16).toString('base64url')}`;
  const [grantId, sessionId, sid] = [randomUUID(), session ? randomUUID() : null, session ? randomBytes(16).toString('base64url') : null];
  const authority = { ...authorityOver(scope, resources), claims };
  await owner.query("INSERT INTO account (id, claims, managed_by) VALUES ($1, $2, 'file')", [accountId, JSON.stringify(CLAIMS)]);
  if (sessionId !== null) {
    await owner.query(
      `INSERT INTO session (id, handle_hash, sid, account_id, authenticated_at, acr, amr, idle_expires_at, expires_at)
       VALUES ($1, $2, $3, $4, now(), '1', '{pwd}', now() + interval '14 days', now() + interval '30 days')`,
      [sessionId, randomBytes(32), sid, accountId],
    );
  }
  await owner.query(
    `INSERT INTO authorization_grant (id, client_id, account_id, subject, session_id, sid, offline, authority, auth_time, acr, amr)
     VALUES ($1, $2, $3, $3, $4, $5, $6, $7, now(), '1', '{pwd}')`,
    [grantId, clientId, accountId, sessionId, sid, offline, JSON.stringify(authority)],
  );
  const grant: UserGrant = {
    grantId: GrantId.parse(grantId), clientId: ClientId.parse(clientId), subject: accountId, authority, offline, confirmation: null, sid,
    authTime: systemClock.epochSeconds(), acr: '1', amr: ['pwd'], nonce: 'n-0S6_WzA2Mj', idTokenClaims: {},
  };
  return { accountId, sessionId, grant };
}

/** authorization, as far as token asks it: codes that are redeemed once, and one password. */
export class Authorization {
  readonly asked: { readonly subject: string; readonly request: Record<string, unknown> }[] = [];
  private readonly codes = new Map<string, { readonly grant: UserGrant; redeemed: boolean }>();
  /** Whose password is right. */
  passwordOf: UserGrant | null = null;

  /** A code for what was granted. */
  code(grant: UserGrant): string {
    const code = randomBytes(32).toString('base64url');
    this.codes.set(hash('sha256', code, 'base64url'), { grant, redeemed: false });
    return code;
  }

  readonly call = (subject: string, request: unknown): Promise<unknown> => {
    const asked = request as Record<string, unknown>;
    this.asked.push({ subject, request: asked });
    if (subject === RedeemAuthorizationCode.subject) return Promise.resolve(this.redeem(String(asked['codeHash']), asked['clientId']));
    if (subject === VerifyPassword.subject) return Promise.resolve(this.verify());
    return Promise.reject(new RangeError(`nobody serves ${subject}`));
  };

  private redeem(codeHash: string, clientId: unknown): AuthorizationCodeRedemption {
    const found = this.codes.get(codeHash);
    if (found === undefined) return { outcome: 'unknown' };
    if (found.grant.clientId !== clientId) return { outcome: 'mismatch' };
    if (found.redeemed) return { outcome: 'replayed' };
    found.redeemed = true;
    return { outcome: 'redeemed', grant: found.grant };
  }

  private verify(): PasswordVerdict {
    return this.passwordOf === null ? { outcome: 'refused' } : { outcome: 'granted', grant: this.passwordOf };
  }
}
