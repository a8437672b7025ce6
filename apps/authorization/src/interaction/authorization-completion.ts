import { randomUUID } from 'node:crypto';
import type { Queries, QueryRunner } from '@tessera/database';
import type { AuthorizationRequest } from '@tessera/protocol/authorization-request';
import type { ClientMetadata } from '@tessera/protocol/client';
import { rememberedWith } from '@tessera/protocol/consent';
import type { InteractionDecision } from '@tessera/protocol/interaction';
import { type Authority, AUTHORIZATION_CODE_LIFETIME_SECONDS, CONSENT_LIFETIME_SECONDS_DEFAULT } from '@tessera/vocabulary';
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

/** Makes decided authorizations facts: one statement each, all or nothing. */
export class AuthorizationCompletion {
  constructor(
    private readonly queries: Pick<Queries, 'run' | 'transaction'>,
    private readonly subjects: Pick<Subjects, 'of'>,
  ) {}

  /**
   * The code, which is told once; only its hash is stored. Null when the interaction or the pushed request was completed by
   * somebody else, or when the session, the account, the client or the remembered consent is not alive any more: then nothing was
   * changed.
   *
   * @throws {Outage}.
   */
  async complete(
    { interactionId, pushedRequestHash, request, client, decision, remembered }: DecidedAuthorization,
    queries: QueryRunner = this.queries,
  ): Promise<string | null> {
    const { signedIn, authority, offline, remember } = decision;
    const code = newHandle();
    const consent = remember ? JSON.stringify(rememberedWith(remembered, authority)) : null;
    const [granted] = await queries.run('complete-authorization', [
      interactionId,
      pushedRequestHash,
      signedIn.sessionId,
      client.clientId,
      randomUUID(),
      this.subjects.of(client, signedIn.accountId),
      offline,
      JSON.stringify(authority),
      request.confirmation && JSON.stringify(request.confirmation),
      hashOf(code),
      request.redirectUri,
      request.redirectUriSent,
      request.codeChallenge,
      request.nonce,
      JSON.stringify(request.claims.id_token),
      AUTHORIZATION_CODE_LIFETIME_SECONDS,
      consent,
      CONSENT_LIFETIME_SECONDS_DEFAULT,
      decision.consent === 'remembered',
    ]);
    return granted === undefined ? null : code;
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
  ): Promise<{ readonly begun: Begun; readonly code: string } | null> {
    try {
      return await this.queries.transaction(async (queries) => {
        const begun = await signIn(queries);
        const authorization = begun === null ? null : decided(begun);
        const code = authorization === null ? null : await this.complete(authorization, queries);
        if (begun === null || code === null) throw new NotFirst();
        return { begun, code };
      });
    } catch (error) {
      if (error instanceof NotFirst) return null;
      throw error;
    }
  }
}

/** Takes the transaction back. */
class NotFirst extends Error {}
