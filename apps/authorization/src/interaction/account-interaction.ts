import type { InteractionReply } from '@tessera/protocol/interaction';
import { OAuthError } from '@tessera/vocabulary';
import { z } from 'zod';
import type { SqlSessions } from '../session/index.js';
import { type InteractionKind, type OpenInteraction, signedInCookies, type SubmittedAnswer } from './open-interaction.js';
import type { PasswordOutcome, PasswordStep } from './password-step.js';
import type { SqlInteractions } from './sql-interactions.js';

/** Signing in for the account page: no client asks, and nothing is granted. */
export class AccountInteraction implements InteractionKind {
  constructor(
    private readonly ports: { readonly sessions: SqlSessions; readonly interactions: SqlInteractions; readonly password: PasswordStep },
  ) {}

  async show(open: OpenInteraction): Promise<InteractionReply> {
    const { stored, cookies } = open;
    if (stored.session === null) return page(open, null);
    await this.ports.interactions.end(stored, 'granted', stored.session.signedIn.accountId);
    return { kind: 'account', ...leadTo(open), ...cookies };
  }

  async submit(open: OpenInteraction, answer: SubmittedAnswer): Promise<InteractionReply> {
    if (open.stored.session !== null) return await this.show(open);
    if (answer.step !== 'password') throw new OAuthError('interaction.not_an_answer', { step: answer.step });
    const { password, sessions, interactions } = this.ports;
    const result = await password.submit(open, answer, null);
    if (result.outcome === 'again') return page(open, result);
    const begun = await result.signIn(false);
    if (begun === null) return { kind: 'continue', interaction: open.handle, ...open.cookies };
    await interactions.end(open.stored, 'granted', result.accountId);
    return { kind: 'account', ...leadTo(open), ...signedInCookies(open.cookies, begun, sessions.lifetimes.lifetimeSeconds) };
  }
}

const Lead = z.object({ leadTo: z.enum(['approvals']) });

/** The page the sign-in was for, where it was not the account page itself. */
function leadTo({ stored }: OpenInteraction): { page?: 'approvals' } {
  const lead = Lead.safeParse(stored.request);
  return lead.success ? { page: lead.data.leadTo } : {};
}

function page({ handle: interaction, cookies }: OpenInteraction, again: Extract<PasswordOutcome, { outcome: 'again' }> | null): InteractionReply {
  const { problem, identifier, waitSeconds } = again ?? { problem: null, identifier: null, waitSeconds: null };
  return {
    kind: 'step',
    interaction,
    page: { step: 'password', client: null, identifier, person: null, problem, waitSeconds },
    formTargets: [],
    uiLocales: [],
    ...cookies,
  };
}
