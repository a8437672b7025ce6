import { type InitialAccessTokenStatus, ListInitialAccessTokens } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import { INITIAL_ACCESS_TOKEN_PAGE_MAX } from '@tessera/vocabulary';
import { parseCommandLine } from '../command-line.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { table } from '../table.js';
import { COMMAND_BUDGET_MS, type Services, withSession } from '../with-session.js';

/** `tessera registration-token list`, the newest first; those that ended stay in it for 30 days. */
export async function listRegistrationTokensCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const line = parseCommandLine('registration-token list', words, { flags: [], arguments: [] });
  const found = await withSession(surroundings, ({ services }) => allTokens(services));
  const tokens = [...found].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  const { terminal } = surroundings;
  if (line.flag('json')) {
    terminal.out(JSON.stringify(tokens));
    return EXIT.done;
  }
  const rows = tokens.map((one) => [one.id, `${one.uses}/${one.usesMax}`, one.expiresAt, stateOf(one), one.name]);
  for (const row of table(['ID', 'USED', 'UNTIL', 'STATE', 'NAME'], rows)) terminal.out(row);
  return EXIT.done;
}

function stateOf({ revokedAt, uses, usesMax }: InitialAccessTokenStatus): string {
  if (revokedAt !== null) return 'revoked';
  return uses < usesMax ? 'open' : 'used up';
}

async function allTokens(services: Services): Promise<readonly InitialAccessTokenStatus[]> {
  const tokens: InitialAccessTokenStatus[] = [];
  // Each page begins behind the last id, so the loop ends where the ids do.
  for (let after: string | null = null; ;) {
    const page: { readonly tokens: readonly InitialAccessTokenStatus[]; readonly next: string | null } = await services.call(
      ListInitialAccessTokens,
      { after, limit: INITIAL_ACCESS_TOKEN_PAGE_MAX },
      newCallContext(COMMAND_BUDGET_MS),
    );
    tokens.push(...page.tokens);
    if (page.next === null) return tokens;
    after = page.next;
  }
}
