import { type ClientSummary, ListClients } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import { CLIENT_PAGE_MAX } from '@tessera/vocabulary';
import { parseCommandLine } from '../command-line.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { table } from '../table.js';
import { COMMAND_BUDGET_MS, type Services, withSession } from '../with-session.js';

/** `tessera client list`. */
export async function listClientsCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const line = parseCommandLine('client list', words, { flags: [], arguments: [] });
  const clients = await withSession(surroundings, ({ services }) => allClients(services));
  const { terminal } = surroundings;
  if (line.flag('json')) {
    terminal.out(JSON.stringify(clients));
    return EXIT.done;
  }
  const rows = clients.map((one) => [
    one.clientId,
    one.authenticationMethod,
    one.grantTypes.join(' ') || '-',
    one.managedBy,
    one.enabled ? 'enabled' : 'disabled',
    one.name,
  ]);
  for (const row of table(['CLIENT_ID', 'METHOD', 'GRANTS', 'MANAGED BY', 'STATE', 'NAME'], rows)) terminal.out(row);
  return EXIT.done;
}

async function allClients(services: Services): Promise<readonly ClientSummary[]> {
  const clients: ClientSummary[] = [];
  // Each page begins behind the last id, so the loop ends where the ids do.
  for (let after: string | null = null; ;) {
    const page: { readonly clients: readonly ClientSummary[]; readonly next: string | null } = await services.call(
      ListClients,
      { after, limit: CLIENT_PAGE_MAX },
      newCallContext(COMMAND_BUDGET_MS),
    );
    clients.push(...page.clients);
    if (page.next === null) return clients;
    after = page.next;
  }
}
