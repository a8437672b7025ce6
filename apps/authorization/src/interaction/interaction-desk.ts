import type { Browser, InteractionReply } from '@tessera/protocol/interaction';
import type { Purpose } from './interaction-row.js';
import { type InteractionKind, openInteraction, type SubmittedAnswer } from './open-interaction.js';
import type { SqlInteractions } from './sql-interactions.js';

/** Where people come back to: finds the interaction, checks whose it is, and hands it to its kind. */
export class InteractionDesk {
  constructor(
    private readonly interactions: SqlInteractions,
    private readonly kinds: Readonly<Record<Purpose, InteractionKind>>,
  ) {}

  /** @throws {OAuthError} for a page. @throws {Outage}. */
  async show(handle: string, browser: Browser): Promise<InteractionReply> {
    const open = await openInteraction(this.interactions, handle, browser, true);
    return await this.kinds[open.stored.purpose].show(open);
  }

  /** @throws {OAuthError} for a page. @throws {Outage}. */
  async submit(handle: string, browser: Browser, answer: SubmittedAnswer): Promise<InteractionReply> {
    const open = await openInteraction(this.interactions, handle, browser, false);
    return await this.kinds[open.stored.purpose].submit(open, answer);
  }
}
