import { Handle } from '@tessera/vocabulary';
import { z } from 'zod';
import { ResponseMode } from '../client/index.js';
import { ClientLogo } from './client-logo.js';

/** Characters of a User-Agent that are kept. */
export const USER_AGENT_LENGTH_MAX = 256;

/** The browser that makes a request, by its cookies; whatever is not a handle of ours is null. */
export const Browser = z.object({
  /** The session cookie. */
  session: Handle.nullable(),
  /** The cookie that binds interactions to the browser that began them (UIX-3). */
  browser: Handle.nullable(),
  sourceAddress: z.string(),
  userAgent: z.string().max(USER_AGENT_LENGTH_MAX),
});
/** The browser that makes a request. */
export type Browser = z.infer<typeof Browser>;

/** What to do with the session cookie: a new handle at each change of who is signed in and how (UIX-2). */
export const SessionCookie = z.discriminatedUnion('change', [
  z.object({ change: z.literal('keep') }),
  z.object({ change: z.literal('set'), handle: Handle, maxAgeSeconds: z.number().int().positive() }),
  z.object({ change: z.literal('clear') }),
]);
/** What to do with the session cookie. */
export type SessionCookie = z.infer<typeof SessionCookie>;

/** A client as people meet it. */
export const ClientView = z.object({
  clientId: z.string(),
  name: z.string(),
  clientUri: z.string().nullable(),
  logoUri: z.string().nullable(),
  policyUri: z.string().nullable(),
  tosUri: z.string().nullable(),
  /** Where it could be had in time, on the pages of the authorization endpoint. */
  logo: ClientLogo.optional(),
  /** Only of a client that registered itself (REG-8): where its answers go, which is all that is known of it. */
  unverifiedAt: z.string().optional(),
});
/** A client as people meet it. */
export type ClientView = z.infer<typeof ClientView>;

/** A person as the pages call them. */
export const PersonView = z.object({
  /** Full name, when it is known. */
  name: z.string().nullable(),
  /** What they sign in with. */
  identifier: z.string(),
});
/** A person as the pages call them. */
export type PersonView = z.infer<typeof PersonView>;

/** What a person is asked next. Words are the gateway's; here stand meanings. */
export const StepPage = z.discriminatedUnion('step', [
  z.object({
    step: z.literal('password'),
    /** Null where no client asks: the account page. */
    client: ClientView.nullable(),
    /** `login_hint`, or what was typed before. */
    identifier: z.string().nullable(),
    /** Who has to sign in again; null when anybody may. */
    person: PersonView.nullable(),
    /** Why the page comes again. `wrong` says no more than that the two do not go together (UIX-6). */
    problem: z.enum(['wrong', 'missing', 'too_many', 'other_person']).nullable(),
    /** Seconds to wait; for `too_many`. */
    waitSeconds: z.number().int().nonnegative().nullable(),
  }),
  z.object({ step: z.literal('select-account'), client: ClientView.nullable(), person: PersonView }),
  z.object({
    step: z.literal('consent'),
    client: ClientView,
    person: PersonView,
    /**
     * Scopes of the provider (`openid`, `profile`, ..., `offline_access`) and of resources, those with the resource's name. Only
     * what comes back as a `scope` field is granted; `openid` in any case, so it cannot be unticked.
     */
    scope: z.array(z.object({ scope: z.string(), resource: z.string().nullable() })),
    /** Claims asked for one by one. */
    claims: z.array(z.string()),
    /** Whether the client may go on without the person (`offline_access`). */
    offline: z.boolean(),
    /** Days the answer is remembered. */
    days: z.number().int().positive(),
  }),
  z.object({
    /** RFC 8628 §3.3, §5.4: a device somewhere asks; the person compares, and decides (DEV-5). */
    step: z.literal('device-consent'),
    client: ClientView,
    person: PersonView,
    /** As in `consent`. */
    scope: z.array(z.object({ scope: z.string(), resource: z.string().nullable() })),
    offline: z.boolean(),
    /** As the device shows it. */
    userCode: z.string(),
    /** Where the device asked from, and whether this browser is at the same address. */
    sourceAddress: z.string(),
    sameSource: z.boolean(),
    /** Seconds since it asked, and until its code ends. */
    askedSecondsAgo: z.number().int().nonnegative(),
    secondsLeft: z.number().int().nonnegative(),
  }),
  z.object({ step: z.literal('confirm-logout'), client: ClientView.nullable(), person: PersonView }),
]);
/** What a person is asked next. */
export type StepPage = z.infer<typeof StepPage>;

/** What a person's answer to a device came to. */
export const DeviceOutcome = z.enum(['approved', 'denied', 'approved_before', 'denied_before', 'expired']);
/** What a person's answer to a device came to. */
export type DeviceOutcome = z.infer<typeof DeviceOutcome>;

const cookies = {
  session: SessionCookie,
  /** A new value for the cookie that binds interactions to this browser; null leaves it. */
  browser: Handle.nullable(),
};

/**
 * Where an interaction stands. `continue`: at its own address, by GET. `step`: a page. `response`: the authorization response,
 * or the redirect after logout, to a proven address. `signed-out`: a page of ours, with a way on. `front-channel-logout`: the same, with
 * the clients that are told in frames. `account`: the account page. `device`: a page that says what happens on the
 * device now.
 *
 * A refusal that may not be redirected is thrown (AUT-2) and becomes an error page.
 */
export const InteractionReply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('continue'), interaction: Handle, ...cookies }),
  z.object({
    kind: z.literal('step'),
    interaction: Handle,
    page: StepPage,
    /** Where forms of this page may lead besides ourselves: the origin of the proven redirect URI (UIX-5). */
    formTargets: z.array(z.string()),
    uiLocales: z.array(z.string()),
    ...cookies,
  }),
  z.object({
    kind: z.literal('response'),
    mode: ResponseMode,
    redirectUri: z.string(),
    parameters: z.array(z.tuple([z.string(), z.string()])),
    /** Reason of the catalogue when the response is an error, for the log. */
    reason: z.string().nullable(),
    /** The client that somebody was signed in to, where the response is to carry `session_state` (Session Management §3.2). */
    sessionOf: z.string().optional(),
    ...cookies,
  }),
  z.object({ kind: z.literal('signed-out'), client: ClientView.nullable(), ...cookies }),
  z.object({
    kind: z.literal('front-channel-logout'),
    client: ClientView.nullable(),
    /** Complete addresses, each for a frame of its own (Front-Channel Logout §3). */
    frames: z.array(z.string()).min(1),
    /** Where it leads when they are loaded: the proven address of the client, with `state`. Null: the page is the end. */
    onward: z.string().nullable(),
    ...cookies,
  }),
  z.object({
    kind: z.literal('account'),
    /** Another page of the person that the sign-in was for. */
    page: z.enum(['approvals']).optional(),
    ...cookies,
  }),
  // What a decision about a device came to. `approved_before` and `denied_before`: another one was first.
  z.object({ kind: z.literal('device'), outcome: DeviceOutcome, client: ClientView.nullable(), ...cookies }),
]);
/** Where an interaction stands. */
export type InteractionReply = z.infer<typeof InteractionReply>;

/**
 * What a person answered on the page of a step, by form field. `password`: `identifier` and `sealed_password`, which the gateway
 * put in the place of the password (decision 8). `consent`: `decision` is `allow` or `deny`; `scope` repeats for what stays
 * ticked, and only narrows (UIX-7). `select-account`: `choice` is `current` or `other`. `device-consent`: as
 * `consent`. `confirm-logout`: `decision` is `sign-out` or `stay`.
 */
export const StepInput = z.array(z.tuple([z.string(), z.string()]));
/** What a person answered on the page of a step. */
export type StepInput = z.infer<typeof StepInput>;

/** The steps there are; each has a page, an input and what it proves (decision 15). */
export const StepName = z.enum(['password', 'select-account', 'consent', 'device-consent', 'confirm-logout']);
/** The name of a step. */
export type StepName = z.infer<typeof StepName>;
