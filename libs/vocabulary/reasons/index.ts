import { statusOf } from '../oauth-error-code.js';
import type { RefusalReason } from '../refusal-reason.js';
import { ACCOUNT_REASONS } from './account-reasons.js';
import { APPROVAL_COMPLETION_REASONS } from './approval-completion-reasons.js';
import { AUTHORIZATION_REQUEST_REASONS } from './authorization-request-reasons.js';
import { BACKCHANNEL_AUTHENTICATION_REASONS } from './backchannel-authentication-reasons.js';
import { CLIENT_AUTHENTICATION_REASONS } from './client-authentication-reasons.js';
import { CLIENT_REGISTRATION_REASONS } from './client-registration-reasons.js';
import { DEVICE_AUTHORIZATION_REASONS } from './device-authorization-reasons.js';
import { INTERACTION_REASONS } from './interaction-reasons.js';
import { KEY_LEASE_REASONS } from './key-lease-reasons.js';
import { REQUEST_OBJECT_REASONS } from './request-object-reasons.js';
import { REQUEST_REASONS } from './request-reasons.js';
import { TEAM_REQUEST_REASONS } from './team-request-reasons.js';
import { TOKEN_REASONS } from './token-reasons.js';
import { USER_GRANT_REASONS } from './user-grant-reasons.js';

/** The one catalogue of refusals. `docs/errors.md` is generated from it. */
export const REASONS = {
  ...REQUEST_REASONS,
  ...CLIENT_AUTHENTICATION_REASONS,
  ...AUTHORIZATION_REQUEST_REASONS,
  ...REQUEST_OBJECT_REASONS,
  ...INTERACTION_REASONS,
  ...ACCOUNT_REASONS,
  ...TOKEN_REASONS,
  ...USER_GRANT_REASONS,
  ...DEVICE_AUTHORIZATION_REASONS,
  ...BACKCHANNEL_AUTHENTICATION_REASONS,
  ...APPROVAL_COMPLETION_REASONS,
  ...KEY_LEASE_REASONS,
  ...CLIENT_REGISTRATION_REASONS,
  ...TEAM_REQUEST_REASONS,
} as const satisfies Record<string, RefusalReason>;

/** The id of a refusal, `<feature>.<what>`: stable, bounded, fit for a metric label. */
export type ReasonId = keyof typeof REASONS;

/** Tells whether a string from the bus names a reason this release knows. */
export function isReasonId(value: string): value is ReasonId {
  return Object.hasOwn(REASONS, value);
}

/** The HTTP status a reason is answered with: its own, else the one of its code. */
export function statusOfReason(id: ReasonId): number {
  const reason: RefusalReason = REASONS[id];
  return reason.status ?? statusOf(reason.code);
}
