import { DELIVERY_OWNERS, deliveryOwner, type DeliveryContracts } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import type { DeliveryRecord, DeliveryState } from '@tessera/protocol/delivery';
import { type CommandLine, parseCommandLine } from '../command-line.js';
import { CommandFailure, EXIT, type ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { table } from '../table.js';
import { COMMAND_BUDGET_MS, type Services, withSession } from '../with-session.js';

const STATES: readonly DeliveryState[] = ['due', 'sending', 'delivered', 'given-up'];
/** Records of one page. */
const PAGE = 200;
/** Records shown unless more are asked for. */
const SHOWN = 50;
const SHOWN_MAX = 10_000;

interface Wanted {
  readonly kinds: readonly string[];
  readonly lane: string | null;
  readonly state: DeliveryState | null;
  readonly limit: number;
}

/** `tessera deliveries list`, newest first. */
export async function listDeliveriesCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const line = parseCommandLine('deliveries list', words, { flags: [], values: ['kind', 'client', 'state', 'limit'], arguments: [] });
  const wanted = wantedBy(line);
  const records = await withSession(surroundings, ({ services }) => recordsOf(services, wanted));
  const { terminal } = surroundings;
  if (line.flag('json')) {
    terminal.out(JSON.stringify(records));
    return EXIT.done;
  }
  const rows = records.map((one) => [one.createdAt, one.kind, one.lane, one.state, String(one.attempts), one.answer ?? '-', one.nextAt ?? '-', one.row]);
  for (const row of table(['WRITTEN', 'KIND', 'CLIENT', 'STATE', 'ATTEMPTS', 'LAST ANSWER', 'NEXT', 'ID'], rows)) terminal.out(row);
  return EXIT.done;
}

/** @throws {CommandFailure} for a value that names nothing. */
function wantedBy(line: CommandLine): Wanted {
  const known = Object.keys(DELIVERY_OWNERS);
  const [kind, state, limit] = [line.value('kind'), line.value('state'), line.value('limit') ?? String(SHOWN)];
  if (kind !== null && !known.includes(kind)) throw wrong(`there is no kind ${JSON.stringify(kind)}; there is ${known.join(', ')}`);
  const stated = STATES.find((one) => one === state);
  if (state !== null && stated === undefined) throw wrong(`${JSON.stringify(state)} is no state; say one of ${STATES.join(', ')}`);
  if (!/^[1-9]\d{0,4}$/.test(limit)) throw wrong(`--limit is a number between 1 and ${SHOWN_MAX}`);
  return { kinds: kind === null ? known : [kind], lane: line.value('client'), state: stated ?? null, limit: Math.min(Number(limit), SHOWN_MAX) };
}

function wrong(why: string): CommandFailure {
  return new CommandFailure(EXIT.wrong, `tessera deliveries list: ${why}`);
}

async function recordsOf(services: Services, wanted: Wanted): Promise<readonly DeliveryRecord[]> {
  const all: DeliveryRecord[] = [];
  for (const kind of wanted.kinds) {
    const owner = deliveryOwner(kind);
    if (owner !== null) all.push(...(await ofKind(services, owner, kind, wanted)));
  }
  return all.sort((a, b) => (a.createdAt > b.createdAt ? -1 : 1)).slice(0, wanted.limit);
}

async function ofKind(services: Services, owner: DeliveryContracts, kind: string, { lane, state, limit }: Wanted): Promise<readonly DeliveryRecord[]> {
  const found: DeliveryRecord[] = [];
  // Each page begins behind the last record, so the loop ends where they do.
  for (let before: string | null = null; found.length < limit; ) {
    const page: { readonly records: readonly DeliveryRecord[] } = await services.call(owner.list, { kind, lane, state, before, limit: PAGE }, newCallContext(COMMAND_BUDGET_MS));
    found.push(...page.records);
    before = page.records.at(-1)?.row ?? null;
    if (page.records.length < PAGE) break;
  }
  return found;
}
