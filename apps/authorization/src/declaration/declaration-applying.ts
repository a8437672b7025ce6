import type { ApplyDeclaration } from '@tessera/contracts';
import type { QueryRunner } from '@tessera/database';
import { applyDeclaration, type PasswordSeals } from '@tessera/protocol/declaration';
import type { z } from 'zod';
import type { AdministrationTurns, ChangeNews } from '../administration/index.js';
import type { LeasedSecretSeals } from '../client-secrets/index.js';
import { declarationReply } from './declaration-reply.js';
import { SqlDeclaredState } from './sql-declared-state.js';

type Request = z.output<typeof ApplyDeclaration.request>;
type Reply = z.input<typeof ApplyDeclaration.reply>;

/** Applies declarations, and after the commit tells those who have to know. */
export class DeclarationApplying {
  constructor(
    private readonly turns: AdministrationTurns,
    private readonly seals: LeasedSecretSeals,
    private readonly news: ChangeNews,
    /** Fetches the key sets that are due, in the background. */
    private readonly fetchSoon: () => void,
    private readonly passwords: PasswordSeals,
    private readonly queries: QueryRunner,
  ) {}

  async apply({ actor, dryRun, prune, agreedPlan, ...declaration }: Request): Promise<Reply> {
    const state = new SqlDeclaredState(this.turns, this.seals, actor, this.queries);
    const applied = await applyDeclaration(declaration, { dryRun, prune, agreedPlan }, { state, seals: this.seals, passwords: this.passwords });
    if (applied.outcome === 'applied' && applied.plan.changes.length > 0) await this.news.announce();
    if (applied.outcome === 'applied' && applied.plan.keySetsToFetch.length > 0) this.fetchSoon();
    return declarationReply(applied);
  }
}
