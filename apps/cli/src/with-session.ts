import type { ServiceClient } from '@tessera/messaging';
import type { OperatorSession, Surroundings } from './surroundings.js';

/** Milliseconds a short command waits, with a resend in between. */
export const COMMAND_BUDGET_MS = 6_000;

/** Services a command calls. */
export type Services = Pick<ServiceClient, 'call'>;

/** Runs work with a connection and closes it afterwards, whatever happens. */
export async function withSession<Result>(
  surroundings: Surroundings,
  work: (session: OperatorSession) => Promise<Result>,
): Promise<Result> {
  const session = await surroundings.connect();
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
