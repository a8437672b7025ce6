import { type ClientDetails, GetClient } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import { CommandFailure, EXIT } from '../exit-code.js';
import { COMMAND_BUDGET_MS, type Services } from '../with-session.js';

/** One client. @throws {CommandFailure} when there is none by this id. */
export async function getClient(clientId: string, services: Services): Promise<ClientDetails> {
  const { client } = await services.call(GetClient, { clientId }, newCallContext(COMMAND_BUDGET_MS));
  if (client === null)
    throw new CommandFailure(EXIT.unknown, `there is no client ${JSON.stringify(clientId)}; see tessera client list`);
  return client;
}
