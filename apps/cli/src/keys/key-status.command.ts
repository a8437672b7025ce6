import { type KeyStatus, ListKeys } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import { parseCommandLine } from '../command-line.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { table } from '../table.js';
import { COMMAND_BUDGET_MS, withSession } from '../with-session.js';

/** `tessera keys status`. */
export async function keysStatusCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const line = parseCommandLine('keys status', words, { flags: ['all'], arguments: [] });
  const { keys, keyEncryptionKeys } = await withSession(surroundings, ({ services }) =>
    services.call(ListKeys, { includeRemoved: line.flag('all') }, newCallContext(COMMAND_BUDGET_MS)),
  );
  const { terminal } = surroundings;
  if (line.flag('json')) {
    terminal.out(JSON.stringify({ keys, keyEncryptionKeys }));
    return EXIT.done;
  }
  const rows = keys.map((key) => [
    key.purpose,
    key.algorithm,
    key.revoked ? 'revoked' : key.state,
    since(key),
    key.keyEncryptionKey,
    key.kid,
  ]);
  for (const row of table(['PURPOSE', 'ALGORITHM', 'STATE', 'SINCE', 'WRAPPED BY', 'KID'], rows)) terminal.out(row);
  terminal.out('');
  const wrapped = keyEncryptionKeys.map((key) => [key.id, key.active ? 'active' : 'old', String(key.wrapped)]);
  for (const row of table(['KEY-ENCRYPTION KEY', 'STATE', 'KEYS WRAPPED'], wrapped)) terminal.out(row);
  return EXIT.done;
}

/** When the key came into its state. */
function since(key: KeyStatus): string {
  return key.removedAt ?? key.retiringAt ?? key.activatedAt ?? key.publishedAt ?? key.createdAt;
}
