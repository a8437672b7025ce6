import { Handle } from '@tessera/vocabulary';
import { z } from 'zod';
import type { ClientMetadata } from '../client/index.js';
import { EnrolledBrowsers, PushSubscription } from './web-push.js';
import { Browser, ClientView, PersonView, SessionCookie } from '../interaction/index.js';

/** Client ids and handles of a form at most this long are looked at. */
const CLIENT_ID_SHOWN_MAX = 200;

/** A request as its person sees it (CIBA Core §8). Under its own handle: the `auth_req_id` never comes to this device (§14). */
export const ApprovalView = z.object({
  approval: Handle,
  client: ClientView,
  /** Scopes of the provider and of resources, those with the resource's name. */
  scope: z.array(z.object({ scope: z.string(), resource: z.string().nullable() })),
  /** Word for word what the client's screen shows (CIB-3). */
  bindingMessage: z.string().nullable(),
  /** The numbers to choose from; null where approving is enough. */
  choices: z.array(z.number().int()).nullable(),
  /** Seconds since the epoch, by the database's clock. */
  requestedAt: z.number().int(),
  /** Seconds it waits still. */
  secondsLeft: z.number().int().nonnegative(),
});
/** A request as its person sees it. */
export type ApprovalView = z.infer<typeof ApprovalView>;

/** What a person answers. `pick` approves if the number is the one the client shows, and denies if it is another. */
export const ApprovalAnswer = z.discriminatedUnion('answer', [
  z.object({ answer: z.literal('approve') }),
  z.object({ answer: z.literal('pick'), number: z.number().int() }),
  z.object({ answer: z.literal('deny') }),
  /** Denies, and hears nothing of this client any more (CIB-4). */
  z.object({ answer: z.literal('silence') }),
]);
/** What a person answers. */
export type ApprovalAnswer = z.infer<typeof ApprovalAnswer>;

/** What is done on the page: a request is answered, a client may ask again, or a browser is told of requests or is not any more. */
export const ApprovalChange = z.discriminatedUnion('change', [
  z.object({ change: z.literal('answer'), approval: Handle, answer: ApprovalAnswer }),
  z.object({ change: z.literal('listen'), clientId: z.string().max(CLIENT_ID_SHOWN_MAX) }),
  z.object({ change: z.literal('enrol'), subscription: PushSubscription }),
  z.object({ change: z.literal('withdraw'), browser: z.uuid() }),
]);
/** What is done on the page. */
export type ApprovalChange = z.infer<typeof ApprovalChange>;

/** The approval inbox of whoever is signed in in a browser, and what is done there; `change` is null where nothing was sent. */
export const ApprovalsRequest = z.object({ browser: Browser, change: ApprovalChange.nullable(), requestId: z.string() });
/** The approval inbox of whoever is signed in. */
export type ApprovalsRequest = z.infer<typeof ApprovalsRequest>;

/**
 * What became of an answer. `wrong_number`: another number than the client shows, so it is denied. `needs_number`: approving is not
 * enough. `gone`: it was answered before, expired, was cancelled, or is not this person's. `not_possible`: the client is out of use.
 * `not_enrolled`: the browser's subscription is none, or there are too many.
 */
export const ApprovalOutcome = z.enum(['approved', 'denied', 'silenced', 'wrong_number', 'needs_number', 'gone', 'not_possible', 'listening', 'enrolled', 'withdrawn', 'not_enrolled']);
/** What became of an answer. */
export type ApprovalOutcome = z.infer<typeof ApprovalOutcome>;

/** The inbox. `continue`: nobody is signed in, and this interaction leads back here. */
export const ApprovalsReply = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('approvals'),
    person: PersonView,
    waiting: z.array(ApprovalView),
    /** Clients that may not ask. */
    silenced: z.array(ClientView),
    /** Browsers that are told of requests; absent where this deployment tells none. */
    push: EnrolledBrowsers.optional(),
    outcome: ApprovalOutcome.nullable(),
    /** Whom the outcome is about; null where it is not known. */
    client: ClientView.nullable(),
  }),
  z.object({ kind: z.literal('continue'), interaction: Handle, session: SessionCookie, browser: Handle.nullable() }),
]);
/** The inbox. */
export type ApprovalsReply = z.infer<typeof ApprovalsReply>;

/** A client as people meet it; one that is gone is called by its id. */
export function approvalClientView(clientId: string, client: ClientMetadata | null): ClientView {
  if (client === null) return { clientId, name: clientId, clientUri: null, logoUri: null, policyUri: null, tosUri: null };
  const { clientUri, logoUri, policyUri, tosUri } = client.registration;
  return { clientId, name: client.name, clientUri, logoUri, policyUri, tosUri };
}
