import type { QueryRunner } from '@tessera/database';
import { STEPS, type StepPage, typedIdentifier } from '@tessera/protocol/interaction';
import type { AccountId } from '@tessera/vocabulary';
import type { PasswordSignIn } from '../accounts/index.js';
import type { BegunSession, SqlSessions } from '../session/index.js';
import type { OpenInteraction, SubmittedAnswer } from './open-interaction.js';

type PasswordPage = Extract<StepPage, { step: 'password' }>;

/** What became of an answer to the password page: it was right, and the session may begin; or the page again, and why. */
export type PasswordOutcome =
  | {
      readonly outcome: 'right';
      readonly accountId: AccountId;
      /** Null when another answer was first, or the password is not the present one any more. */
      readonly signIn: (pagesFollow: boolean, queries?: QueryRunner) => Promise<BegunSession | null>;
    }
  | { readonly outcome: 'again'; readonly problem: NonNullable<PasswordPage['problem']>; readonly identifier: string | null; readonly waitSeconds: number | null };

/** The password page: who answers it right may have a session. */
export class PasswordStep {
  constructor(
    private readonly passwords: Pick<PasswordSignIn, 'attempt'>,
    private readonly sessions: SqlSessions,
  ) {}

  /**
   * @param required who alone may answer; null when anybody may.
   * @throws {OAuthError} when the sealed password is not for this request. @throws {Outage}.
   */
  async submit(open: OpenInteraction, { input, requestId }: SubmittedAnswer, required: AccountId | null): Promise<PasswordOutcome> {
    const again = (problem: NonNullable<PasswordPage['problem']>, waitSeconds: number | null = null): PasswordOutcome =>
      ({ outcome: 'again', problem, identifier: typedIdentifier(input), waitSeconds });
    const answer = STEPS.password.parse(input);
    if (answer === null) return again('missing');
    const { identifier, sealed_password: sealedPassword } = answer;
    const { browser, stored } = open;
    const attempted = await this.passwords.attempt({ identifier, sealedPassword, requestId, purpose: 'sign-in', sourceAddress: browser.sourceAddress });
    if (attempted.outcome === 'too-many') return again('too_many', attempted.waitSeconds);
    if (attempted.outcome === 'wrong') return again('wrong');
    // AUT-7: nobody is signed in by the way who could not go on with this request.
    if (required !== null && attempted.account.id !== required) return again('other_person');
    const { account, passwordChangedAt } = attempted;
    const provedBefore = stored.steps.password?.doneAt ?? null;
    const person = { interactionId: stored.id, accountId: account.id, passwordChangedAt, clientId: stored.clientId, provedBefore, browser };
    const signIn = (pagesFollow: boolean, queries?: QueryRunner) => this.sessions.signIn({ ...person, pagesFollow }, queries);
    return { outcome: 'right', accountId: person.accountId, signIn };
  }
}
