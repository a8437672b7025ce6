import { Incident } from '@tessera/messaging';
import { Outage } from '@tessera/vocabulary';
import type { Surroundings } from './surroundings.js';

/** Times a command asks before it ends without an answer. */
const ASKED_MAX = 3;
/** Milliseconds before the second time, and twice as many before the third: a service that restarts is back soon. */
const PAUSE_MS = 500;

/** An answer, and whether an earlier time of asking ended without one: then it may have been carried out before. */
export interface Answered<Reply> {
  readonly reply: Reply;
  readonly repeated: boolean;
}

/**
 * Asks for a change that may be repeated until there is an answer, for an `Outage` says nothing about whether it was carried
 * out. The request has to be the very same each time.
 *
 * @throws {Outage} the last one. @throws whatever else the service answers.
 */
export async function untilAnswered<Reply>(
  ask: () => Promise<Reply>,
  { pause }: Pick<Surroundings, 'pause'>,
): Promise<Answered<Reply>> {
  for (let asked = 1; ; asked += 1) {
    try {
      return { reply: await ask(), repeated: asked > 1 };
    } catch (error) {
      if (!(error instanceof Outage) || asked === ASKED_MAX) throw error;
      await pause(asked * PAUSE_MS);
    }
  }
}

/** Whether a call that ended so may have been carried out: nobody answered, or a service failed at some point of it. */
export function leavesUnknown(error: unknown): boolean {
  return error instanceof Outage || error instanceof Incident;
}
