import type { MessageHandler } from '@nestjs/microservices';
import type { EventContract } from '@tessera/contracts';
import type { Logger } from '@tessera/observability';
import { z } from 'zod';
import type { BusMessage } from '../bus-connection.js';
import { unpackFrame } from '../frame.js';
import { problemsOf } from '../schema-problems.js';
import { handlerOutcome } from './handler-outcome.js';

/** Hands events to their subscribers. A malformed event or a failing subscriber is a log line, never more. */
export class EventReceiver {
  constructor(private readonly logger: Logger) {}

  /** What to do with the messages of one event. */
  receive(event: EventContract, handler: MessageHandler): (message: BusMessage) => void {
    const schema = z.object({ body: event.payload });
    return ({ payload }) => {
      for (const item of unpackFrame(payload) ?? []) {
        const parsed = schema.safeParse(item);
        if (parsed.success) void this.deliver(event, handler, parsed.data.body);
        else this.logger.error('an event does not fit its contract', { subject: event.subject, detail: problemsOf(parsed.error) });
      }
    };
  }

  private async deliver(event: EventContract, handler: MessageHandler, payload: unknown): Promise<void> {
    try {
      await handlerOutcome(handler(payload, null));
    } catch (error) {
      this.logger.error('a subscriber of an event failed', { subject: event.subject, error });
    }
  }
}
