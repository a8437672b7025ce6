import type { EventContract } from '@tessera/contracts';
import type { Logger } from '@tessera/observability';
import { z } from 'zod';
import type { BusConnection, BusSubscription } from '../bus-connection.js';
import { unpackFrame } from '../frame.js';
import { problemsOf } from '../schema-problems.js';

const Item = z.object({ body: z.unknown() });

/**
 * Hears an event in a process that serves nothing, and so has no transport of Nest. An event is a hint: a malformed one is a log
 * line, and what hears it must not throw.
 */
export function hearEvent<Payload extends z.ZodType>(
  bus: BusConnection,
  event: EventContract<Payload>,
  heard: (payload: z.output<Payload>) => void,
  logger: Pick<Logger, 'error'>,
): BusSubscription {
  return bus.subscribe(event.subject, null, ({ payload }) => {
    for (const item of unpackFrame(payload) ?? []) {
      const parsed = event.payload.safeParse(Item.safeParse(item).data?.body);
      if (parsed.success) heard(parsed.data);
      else logger.error('an event does not fit its contract', { subject: event.subject, detail: problemsOf(parsed.error) });
    }
  });
}
