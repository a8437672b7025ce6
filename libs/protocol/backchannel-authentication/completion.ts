import { createHmac, timingSafeEqual } from 'node:crypto';
import { type EpochSeconds, Handle, OAuthError } from '@tessera/vocabulary';
import { z } from 'zod';
import type { ApprovalAnswer, ApprovalOutcome } from './approvals.js';

/** Seconds by which the time in a signature may differ from ours: clocks, and a call that is made again. */
const SIGNATURE_AGE_SECONDS_MAX = 300;
/** Characters of a body: a handle, an answer, and how the person was authenticated. */
const COMPLETION_LENGTH_MAX = 4_096;
const SIGNATURE_LENGTH_MAX = 200;
const SIGNATURE = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/;
/** Words an authenticator may say of itself; printable, without blanks (RFC 8176 §1, OIDC Core §2 `acr`). */
const Word = z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,100}$/);
const METHODS_MAX = 8;
/** RFC 8176 §2 `mca`: the person answered over another channel than the one the client uses. What an authenticator says that says nothing. */
const METHODS_DEFAULT: readonly string[] = ['mca'];

/** What a deployment's own authenticator reports, as it came: what was signed is these octets and nothing read out of them. */
export const ApprovalReport = z.object({
  body: z.string().max(COMPLETION_LENGTH_MAX),
  /** The field `tessera-signature`; null where there was none. */
  signature: z.string().max(SIGNATURE_LENGTH_MAX).nullable(),
});
/** What a deployment's own authenticator reports. */
export type ApprovalReport = z.infer<typeof ApprovalReport>;

/** What an authenticator says of how it knew the person; it becomes `acr` and `amr` (OIDC Core §2). */
export const PersonAuthentication = z.object({ acr: z.string().nullable(), amr: z.array(z.string()) });
/** What an authenticator says of how it knew the person. */
export type PersonAuthentication = z.infer<typeof PersonAuthentication>;

/** A person's answer, given to the deployment's own authenticator. */
export interface ApprovalCompletion {
  /** The handle it was given; never the `auth_req_id` (CIBA Core §14). */
  readonly approval: string;
  readonly answer: ApprovalAnswer;
  readonly authentication: PersonAuthentication;
}

const Body = z.strictObject({
  approval: Handle,
  decision: z.enum(['approve', 'deny']),
  /** The number the person picked. */
  number: z.number().int().min(10).max(99).optional(),
  acr: Word.optional(),
  amr: z.array(Word).min(1).max(METHODS_MAX).optional(),
});

/**
 * Reads a report that only the holder of the secret can have made: `tessera-signature` is `t=<seconds>,v1=<hex>`, the HMAC-SHA-256 of
 * `completion.<seconds>.<body>`. The word before it keeps our own calls, which are signed in the same way, from being sent back to us
 * as a report.
 *
 * A report that is caught and sent again within these minutes says what was said: a request is decided once.
 *
 * @throws {OAuthError} `approval_completion.signature` before anything is read of the body, `approval_completion.malformed`.
 */
export function readApprovalReport({ body, signature }: ApprovalReport, secret: Uint8Array, now: EpochSeconds): ApprovalCompletion {
  const [, seconds, mac] = SIGNATURE.exec(signature ?? '') ?? [];
  if (seconds === undefined || mac === undefined) throw new OAuthError('approval_completion.signature', { problem: 'none' });
  const expected = createHmac('sha256', secret).update(`completion.${seconds}.${body}`).digest();
  if (!timingSafeEqual(expected, Buffer.from(mac, 'hex'))) throw new OAuthError('approval_completion.signature', { problem: 'mac' });
  if (Math.abs(now - Number(seconds)) > SIGNATURE_AGE_SECONDS_MAX) throw new OAuthError('approval_completion.signature', { problem: 'time' });
  const { approval, decision, number, acr = null, amr = [...METHODS_DEFAULT] } = parsed(body);
  return { approval, answer: answerOf(decision, number), authentication: { acr, amr } };
}

function parsed(body: string): z.infer<typeof Body> {
  try {
    const read = Body.safeParse(JSON.parse(body));
    if (read.success) return read.data;
  } catch {
    // No JSON: the same answer.
  }
  throw new OAuthError('approval_completion.malformed');
}

function answerOf(decision: 'approve' | 'deny', number: number | undefined): ApprovalAnswer {
  if (decision === 'deny') return { answer: 'deny' };
  return number === undefined ? { answer: 'approve' } : { answer: 'pick', number };
}

/**
 * What the authenticator is told. A wrong number is an answer and no mistake of the caller: it denied the request, and the person has
 * to be told so.
 *
 * @throws {OAuthError} where the report changed nothing.
 */
export function completionReply(outcome: ApprovalOutcome): { readonly outcome: 'approved' | 'denied' | 'wrong_number' } {
  if (outcome === 'approved' || outcome === 'denied' || outcome === 'wrong_number') return { outcome };
  if (outcome === 'needs_number') throw new OAuthError('approval_completion.needs_number');
  throw new OAuthError(outcome === 'not_possible' ? 'approval_completion.not_possible' : 'approval_completion.decided');
}
