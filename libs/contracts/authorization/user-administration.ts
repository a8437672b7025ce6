import { SealedSecret } from '@tessera/protocol/account';
import { OfferedPassword } from '@tessera/protocol/declaration';
import { AccountId, USER_PAGE_MAX } from '@tessera/vocabulary';
import { z } from 'zod';
import { defineRequest } from '../define-contract.js';
import { OperatorActor } from '../key-management/administration.js';

/** Milliseconds: a password is hashed, behind others that wait for it. */
const PASSWORD_DEADLINE_MS = 5_000;

/** What a password sealed by an operator holds (decision 8); `account` keeps it from being given to somebody else. */
export const SealedPassword = SealedSecret.required({ account: true });
/** What a password sealed by an operator holds. */
export type SealedPassword = z.infer<typeof SealedPassword>;

/** How an operator names a user: by user name, email address or id. */
const Named = z.string().min(1).max(512);

/** A user in a listing. */
export const UserSummary = z.object({
  accountId: AccountId,
  username: z.string().nullable(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  enabled: z.boolean(),
  locked: z.boolean(),
  managedBy: z.enum(['file', 'registration', 'api']),
});
/** A user in a listing. */
export type UserSummary = z.infer<typeof UserSummary>;

/** A user as the operator sees it: times as ISO 8601, of the password only when it was set. */
export const UserDetails = UserSummary.extend({
  claims: z.record(z.string(), z.unknown()),
  /** Null: the user has none and cannot sign in by one. */
  passwordChangedAt: z.string().nullable(),
  lockedAt: z.string().nullable(),
  /** Until when attempts to sign in are not looked at (CCR-4); null when they are. */
  blockedUntil: z.string().nullable(),
  sessions: z.number().int(),
  grants: z.number().int(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
/** A user as the operator sees it. */
export type UserDetails = z.infer<typeof UserDetails>;

const EXAMPLE_SUMMARY = {
  accountId: 'usr_2iv3d3YcSTm1vE7vTzrWlA',
  username: 'alice',
  email: 'alice@example.com',
  name: 'Alice Adams',
  enabled: true,
  locked: false,
  managedBy: 'file' as const,
};
const ada = { kind: 'operator' as const, name: 'ada' };
const EXAMPLE_PASSWORD = { sealed: 'eyJhbGciOiJFQ0RILUVTK0EyNTZLVyJ9.e30.e30.e30.e30', requestId: '2f1d1a54-9a3f-4f6e-8d24-b1e6a3a0f001' };

/** `tessera user list`. Owner: authorization. Caller: operator. Reads only; pages in the order of ids. */
export const ListUsers = defineRequest({
  subject: 'authorization.user.list.v1',
  callers: ['operator'],
  resend: 'safe',
  request: z.object({
    /** The last id of the page before; null for the first page. */
    after: z.string().nullable(),
    limit: z.number().int().min(1).max(USER_PAGE_MAX),
  }),
  reply: z.object({
    users: z.array(UserSummary),
    /** What to ask the next page with; null when there is none. */
    next: z.string().nullable(),
  }),
  examples: [{ request: { after: null, limit: 100 }, reply: { users: [EXAMPLE_SUMMARY], next: null } }],
});

/** `tessera user show`. Owner: authorization. Caller: operator. Reads only. */
export const GetUser = defineRequest({
  subject: 'authorization.user.get.v1',
  callers: ['operator'],
  resend: 'safe',
  request: z.object({ user: Named }),
  reply: z.object({ user: UserDetails.nullable() }),
  examples: [
    {
      request: { user: 'alice' },
      reply: {
        user: {
          ...EXAMPLE_SUMMARY,
          claims: { preferred_username: 'alice' },
          passwordChangedAt: '2026-01-01T00:00:00.000Z',
          lockedAt: null,
          blockedUntil: null,
          sessions: 1,
          grants: 2,
          createdAt: '2026-01-01T00:00:00.000Z',
          updatedAt: '2026-01-01T00:00:00.000Z',
        },
      },
    },
    { request: { user: 'nobody' }, reply: { user: null } },
  ],
});

/**
 * `tessera user add`. Owner: authorization. Caller: operator.
 *
 * The id comes from the caller, random, and makes the message repeatable: when the account is there already, this very message
 * has been carried out, and it is answered as before. The password is sealed with `account` = the id.
 */
export const AddUser = defineRequest({
  subject: 'authorization.user.add.v1',
  callers: ['operator'],
  resend: 'safe',
  deadlineMs: PASSWORD_DEADLINE_MS,
  request: z.object({
    actor: OperatorActor,
    accountId: AccountId,
    username: z.string().max(512),
    email: z.string().max(512).nullable(),
    /** Standard claims (OIDC Core §5.1); what is wrong with them is in `problems`. */
    claims: z.record(z.string(), z.unknown()),
    password: OfferedPassword,
  }),
  reply: z.object({
    outcome: z.enum(['added', 'taken', 'refused']),
    /** What is taken, or what is wrong: one line each. */
    problems: z.array(z.string()),
  }),
  examples: [
    {
      request: { actor: ada, accountId: EXAMPLE_SUMMARY.accountId, username: 'alice', email: null, claims: {}, password: EXAMPLE_PASSWORD },
      reply: { outcome: 'added', problems: [] },
    },
    {
      request: { actor: ada, accountId: EXAMPLE_SUMMARY.accountId, username: 'alice', email: null, claims: {}, password: EXAMPLE_PASSWORD },
      reply: { outcome: 'taken', problems: ['the user name alice is taken'] },
    },
  ],
});

/**
 * `tessera user set-password`. Owner: authorization. Caller: operator.
 *
 * Ends all sessions of the user, and all access that was granted: whoever sets a password for somebody has a reason not to trust
 * the one before. The sealed value is spent with the change, so the same message again changes nothing and is answered the same.
 */
export const SetUserPassword = defineRequest({
  subject: 'authorization.user-password.set.v1',
  callers: ['operator'],
  resend: 'safe',
  deadlineMs: PASSWORD_DEADLINE_MS,
  request: z.object({ actor: OperatorActor, accountId: AccountId, password: OfferedPassword }),
  reply: z.object({
    outcome: z.enum(['set', 'unknown_user', 'refused']),
    /** Why it was refused. */
    why: z.string().nullable(),
    sessionsEnded: z.number().int(),
    grantsRevoked: z.number().int(),
  }),
  examples: [
    {
      request: { actor: ada, accountId: EXAMPLE_SUMMARY.accountId, password: EXAMPLE_PASSWORD },
      reply: { outcome: 'set', why: null, sessionsEnded: 1, grantsRevoked: 2 },
    },
  ],
});

/**
 * `tessera user disable`, `enable`, `lock`, `unlock`. Owner: authorization. Caller: operator. Twice is the same as once.
 *
 * `disabled` ends the sessions and revokes the grants for good (I5). `locked` is for a while: nothing granted counts until it is
 * unlocked. `unlocked` also forgets failed attempts to sign in.
 */
export const ChangeUserState = defineRequest({
  subject: 'authorization.user-state.change.v1',
  callers: ['operator'],
  resend: 'safe',
  request: z.object({ actor: OperatorActor, user: Named, state: z.enum(['enabled', 'disabled', 'locked', 'unlocked']) }),
  reply: z.object({
    outcome: z.enum(['changed', 'unchanged', 'unknown_user']),
    sessionsEnded: z.number().int(),
    grantsRevoked: z.number().int(),
  }),
  examples: [
    {
      request: { actor: ada, user: 'alice', state: 'disabled' },
      reply: { outcome: 'changed', sessionsEnded: 1, grantsRevoked: 2 },
    },
  ],
});
