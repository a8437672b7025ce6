import { HOP_DEADLINE_MS, type OwnerName, type ServiceName } from '@tessera/vocabulary';
import type { z } from 'zod';

/** A request on the bus: everything both sides and the permission generator need to know about it, in one place. */
export interface RequestContract<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> {
  readonly kind: 'request';
  /** `<owner>.<resource>.<verb>.v<n>`; on the wire the caller's name is appended (decision 9). */
  readonly subject: string;
  readonly owner: OwnerName;
  readonly callers: readonly ServiceName[];
  /** Milliseconds one attempt may take. */
  readonly deadlineMs: number;
  /** `safe`: the owner gives a repeated request the same answer, so a lost reply may be asked for again. */
  readonly resend: 'safe' | 'never';
  /** Whether calls made in one event-loop turn may share a frame (decision 12). */
  readonly batch: boolean;
  readonly request: Request;
  readonly reply: Reply;
  /** Fixtures for both sides: the owner's suite replays each request, a caller's fake answers with each reply. */
  readonly examples: readonly { readonly request: z.input<Request>; readonly reply: z.input<Reply> }[];
}

/** An event: a hint that something was committed, never the only path to it. */
export interface EventContract<Payload extends z.ZodType = z.ZodType> {
  readonly kind: 'event';
  /** `<owner>.event.<resource>.<past participle>.v<n>`. */
  readonly subject: string;
  readonly owner: OwnerName;
  readonly subscribers: readonly ServiceName[];
  /** What finds the fact when the event is lost. */
  readonly recoveredBy: string;
  readonly payload: Payload;
  readonly examples: readonly z.input<Payload>[];
}

type RequestDefinition<Request extends z.ZodType, Reply extends z.ZodType> = Pick<
  RequestContract<Request, Reply>,
  'callers' | 'resend' | 'request' | 'reply' | 'examples'
> & { readonly subject: `${OwnerName}.${string}.v${number}`; readonly deadlineMs?: number; readonly batch?: boolean };

/** Declares a request. The owner is read from the subject, so the two cannot disagree. */
export function defineRequest<Request extends z.ZodType, Reply extends z.ZodType>(
  definition: RequestDefinition<Request, Reply>,
): RequestContract<Request, Reply> {
  return { kind: 'request', deadlineMs: HOP_DEADLINE_MS, batch: false, ...definition, owner: ownerOf(definition.subject) };
}

type EventDefinition<Payload extends z.ZodType> = Pick<
  EventContract<Payload>,
  'subscribers' | 'recoveredBy' | 'payload' | 'examples'
> & { readonly subject: `${OwnerName}.event.${string}.v${number}` };

/** Declares an event. */
export function defineEvent<Payload extends z.ZodType>(definition: EventDefinition<Payload>): EventContract<Payload> {
  return { kind: 'event', ...definition, owner: ownerOf(definition.subject) };
}

const OWNERS: readonly OwnerName[] = ['token', 'authorization', 'device-ciba', 'key-management'];

function ownerOf(subject: string): OwnerName {
  const owner = OWNERS.find((name) => subject.startsWith(`${name}.`));
  if (owner === undefined) throw new RangeError(`no service owns the subject ${subject}`);
  return owner;
}
