import { randomUUID } from 'node:crypto';
import type { Queries, QueryRunner } from '@tessera/database';
import type { UserGrant } from '@tessera/protocol/access-token';
import { StandardClaims } from '@tessera/protocol/account';
import type { AuthorizationRequest } from '@tessera/protocol/authorization-request';
import { carries, type ClientMetadata } from '@tessera/protocol/client';
import { rememberedWith } from '@tessera/protocol/consent';
import type { InteractionDecision } from '@tessera/protocol/interaction';
import { claimsOfScope, selectClaims } from '@tessera/protocol/user-claims';
import { type Authority, AUTHORIZATION_CODE_LIFETIME_SECONDS, CONSENT_LIFETIME_SECONDS_DEFAULT, GrantId } from '@tessera/vocabulary';
import { z } from 'zod';
import type { Subjects } from '../grant/index.js';
import { hashOf, newHandle } from '../session/index.js';

/** An authorization that was decided and is still to be made a fact. */
export interface DecidedAuthorization {
  /** Null for a silent one. */
  readonly interactionId: string | null;
  readonly pushedRequestHash: Buffer | null;
  readonly request: AuthorizationRequest;
  readonly client: ClientMetadata;
  readonly decision: Extract<InteractionDecision, { next: 'continue' }>;
  /** What the person had agreed to before. */
  readonly remembered: Authority | null;
}

/** An authorization that is a fact: what its response is made of. */
export interface CompletedAuthorization {
  /** Told once; only its hash is stored. Null where the response type has none. */
  readonly code: string | null;
  readonly grant: UserGrant;
}

const GrantedRow = z.object({
  grantId: GrantId,
  sid: z.string().nullable(),
  authTime: z.number().int(),
  acr: z.string().nullable(),
  amr: z.array(z.string()),
  /** Only where an ID token of the response may say them. */
  claims: StandardClaims.nullable(),
});

/** Makes decided authorizations facts: one statement each, all or nothing. */
export class AuthorizationCompletion {
  constructor(
    private readonly queries: Pick<Queries, 'run' | 'transaction'>,
    private readonly subjects: Pick<Subjects, 'of'>,
  ) {}

  /**
   * What the response is made of. Null when the interaction or the pushed request was completed by
   * somebody else, or when the session, the account, the client or the remembered consent is not alive any more: then nothing was
   * changed.
   *
   * @throws {Outage}.
   */
  async complete(
    { interactionId, pushedRequestHash, request, client, decision, remembered }: DecidedAuthorization,
    queries: QueryRunner = this.queries,
  ): Promise<CompletedAuthorization | null> {
    const { signedIn, authority, offline, remember } = decision;
    const code = carries(request.responseType, 'code') ? newHandle() : null;
    const subject = this.subjects.of(client, signedIn.accountId);
    const consent = remember ? JSON.stringify(rememberedWith(remembered, authority)) : null;
    const [granted] = await queries.run('complete-authorization', [
      interactionId,
      pushedRequestHash,
      signedIn.sessionId,
      client.clientId,
      randomUUID(),
      subject,
      offline,
      JSON.stringify(authority),
      request.confirmation && JSON.stringify(request.confirmation),
      code === null ? null : hashOf(code),
      request.redirectUri,
      request.redirectUriSent,
      request.codeChallenge,
      request.nonce,
      JSON.stringify(request.claims.id_token),
      AUTHORIZATION_CODE_LIFETIME_SECONDS,
      consent,
      CONSENT_LIFETIME_SECONDS_DEFAULT,
      decision.consent === 'remembered',
      carries(request.responseType, 'id_token'),
    ]);
    return granted === undefined ? null : { code, grant: grantOf(GrantedRow.parse(granted), subject, { request, client, decision }) };
  }

  /**
   * Signs somebody in and completes, in one transaction: who cannot have the code has no session either. Null as above, and when
   * somebody else signed in first.
   *
   * @param decided what is decided once that person is signed in; null when more has to be asked, and nothing is done.
   */
  async signInAndComplete<Begun>(
    signIn: (queries: QueryRunner) => Promise<Begun | null>,
    decided: (begun: Begun) => DecidedAuthorization | null,
  ): Promise<{ readonly begun: Begun; readonly completed: CompletedAuthorization } | null> {
    try {
      return await this.queries.transaction(async (queries) => {
        const begun = await signIn(queries);
        const authorization = begun === null ? null : decided(begun);
        const completed = authorization === null ? null : await this.complete(authorization, queries);
        if (begun === null || completed === null) throw new NotFirst();
        return { begun, completed };
      });
    } catch (error) {
      if (error instanceof NotFirst) return null;
      throw error;
    }
  }
}

/**
 * OIDC Core §5.4, §5.5: an ID token in the response says what the `claims` parameter wants there, and what the scopes ask for only
 * where no access token will ever tell it at the userinfo endpoint.
 */
function grantOf(
  { claims, ...granted }: z.infer<typeof GrantedRow>,
  subject: string,
  { request, client, decision: { authority, offline } }: Pick<DecidedAuthorization, 'request' | 'client' | 'decision'>,
): UserGrant {
  const wanted = [...Object.keys(request.claims.id_token), ...(request.responseType === 'id_token' ? claimsOfScope(authority.scope) : [])];
  const { confirmation, nonce } = request;
  return { ...granted, clientId: client.clientId, subject, authority, offline, confirmation, nonce, idTokenClaims: claims === null ? {} : selectClaims(claims, wanted) };
}

/** Takes the transaction back. */
class NotFirst extends Error {}
