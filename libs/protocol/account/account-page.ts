import { Handle } from '@tessera/vocabulary';
import { z } from 'zod';
import { Browser, ClientView, PersonView, SessionCookie } from '../interaction/index.js';

const instant = z.number().int();

/** What a person sees of their account (UIX-9). Instants are seconds since the epoch. */
export const AccountView = z.object({
  person: PersonView,
  email: z.string().nullable(),
  sessions: z.array(
    z.object({
      id: z.string(),
      /** The session of the browser that asks. */
      current: z.boolean(),
      userAgent: z.string(),
      sourceAddress: z.string(),
      startedAt: instant,
      usedAt: instant,
    }),
  ),
  /** Clients with a live grant, and clients with a remembered consent. */
  applications: z.array(
    z.object({
      client: ClientView,
      scope: z.array(z.string()),
      /** Whether it has access now; else only the consent is remembered. */
      access: z.boolean(),
      offline: z.boolean(),
      since: instant,
      consentedAt: instant.nullable(),
    }),
  ),
  /** Whether there is a code that clients have to be told before they may ask (CIBA Core §7.1 `user_code`). */
  userCode: z.boolean(),
});
/** What a person sees of their account. */
export type AccountView = z.infer<typeof AccountView>;

/** What a person may do there. */
export const AccountChange = z.discriminatedUnion('change', [
  z.object({ change: z.literal('end-session'), session: z.string() }),
  z.object({ change: z.literal('end-other-sessions') }),
  /** Ends every grant of the client, and the remembered consent. */
  z.object({ change: z.literal('end-access'), clientId: z.string() }),
  /** Both passwords sealed by the gateway (decision 8). Ends all other sessions; with `endOffline` offline grants as well. */
  z.object({
    change: z.literal('change-password'),
    sealedCurrent: z.string(),
    sealedNew: z.string(),
    endOffline: z.boolean(),
  }),
  /** Sealed by the gateway (decision 8). */
  z.object({ change: z.literal('set-user-code'), sealedUserCode: z.string() }),
  z.object({ change: z.literal('remove-user-code') }),
]);
/** What a person may do on the account page. */
export type AccountChange = z.infer<typeof AccountChange>;

/** The account page asks as the session of the browser; a change needs it as well. */
export const AccountPageRequest = z.object({ browser: Browser, change: AccountChange.nullable(), requestId: z.string() });
/** A view of the account page, or a change on it. */
export type AccountPageRequest = z.infer<typeof AccountPageRequest>;

/** `continue`: somebody has to sign in first, in this interaction. `problem`: why the change was not made. */
export const AccountPageReply = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('account'),
    view: AccountView,
    done: z.enum(['end-session', 'end-other-sessions', 'end-access', 'change-password', 'set-user-code', 'remove-user-code']).nullable(),
    problem: z.enum(['wrong-password', 'password-too-short', 'password-too-long', 'too-many', 'gone', 'user-code-length']).nullable(),
    session: SessionCookie,
  }),
  z.object({ kind: z.literal('continue'), interaction: Handle, session: SessionCookie, browser: Handle.nullable() }),
]);
/** The account page. */
export type AccountPageReply = z.infer<typeof AccountPageReply>;
