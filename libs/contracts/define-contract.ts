import { HOP_DEADLINE_MS, type OwnerName, type ServiceName, type TeamRight } from '@tessera/vocabulary';
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

/**
 * A request of a team, which has an account of its own on the bus (decision 42). Its account maps `subject` to
 * `<subject>.<team>`, so the name is not the sender's to choose; a frame has one item.
 */
export interface TeamRequestContract<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> {
  readonly kind: 'team-request';
  /** `api.<resource>.<verb>.v<n>`, as the team says it; the owner hears it with the team's name appended. */
  readonly subject: string;
  readonly owner: OwnerName;
  /** What a team has to be declared with. */
  readonly right: TeamRight;
  readonly deadlineMs: number;
  /** `safe`: asked again the same is answered, so a team may repeat what was not answered. */
  readonly resend: 'safe' | 'never';
  readonly request: Request;
  readonly reply: Reply;
  readonly examples: readonly { readonly request: z.input<Request>; readonly reply: z.input<Reply> }[];
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

type TeamRequestDefinition<Request extends z.ZodType, Reply extends z.ZodType> = Omit<
  TeamRequestContract<Request, Reply>,
  'kind' | 'deadlineMs' | 'subject'
> & { readonly subject: `api.${string}.v${number}`; readonly deadlineMs?: number };

/** Declares a request of teams. */
export function defineTeamRequest<Request extends z.ZodType, Reply extends z.ZodType>(
  definition: TeamRequestDefinition<Request, Reply>,
): TeamRequestContract<Request, Reply> {
  return { kind: 'team-request', deadlineMs: HOP_DEADLINE_MS, ...definition };
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
