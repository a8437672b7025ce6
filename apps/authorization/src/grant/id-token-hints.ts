import type { ClientMetadata } from '@tessera/protocol/client';
import { type IdTokenFacts, type IdTokenVerifier, verifyIdToken } from '@tessera/protocol/id-token';
import { AccountId } from '@tessera/vocabulary';
import type { SqlGrants } from './sql-grants.js';

/** Whom ID tokens of ours speak of (OIDC Core §3.1.2.1 `id_token_hint`). */
export class VerifiedIdTokenHints {
  constructor(
    private readonly verifier: IdTokenVerifier,
    private readonly grants: Pick<SqlGrants, 'accountOfSubject'>,
  ) {}

  /** What the token says, if it is one of ours, whatever its age. @throws {Outage}. */
  facts(idTokenHint: string): Promise<IdTokenFacts | null> {
    return verifyIdToken(idTokenHint, this.verifier);
  }

  /** The account of a token for this client; null for anything else. @throws {Outage}. */
  async accountOf(idTokenHint: string, client: ClientMetadata): Promise<AccountId | null> {
    const facts = await this.facts(idTokenHint);
    if (facts === null || !facts.audience.includes(client.clientId)) return null;
    return await this.accountBehind(facts.subject, client);
  }

  /** The account a client knows by a subject; null when it knows nobody by it. @throws {Outage}. */
  async accountBehind(subject: string, client: ClientMetadata): Promise<AccountId | null> {
    // A pairwise subject cannot be turned back; whoever the client knows by it has a grant of it.
    const id = client.registration.subjectType === 'pairwise' ? await this.grants.accountOfSubject(client.clientId, subject) : subject;
    const account = AccountId.safeParse(id);
    return account.success ? account.data : null;
  }
}
