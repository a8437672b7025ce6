import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { OAuthError } from '@tessera/vocabulary';
import type { FastifyRequest } from 'fastify';

/** What a form of ours is about: an interaction by its handle, the account or the approvals of whoever is signed in, or a user code. */
export type FormPurpose = `interaction:${string}` | 'account:account' | 'device:user-code' | 'approvals:approvals' | `notice:${string}`;

/** A value for the cookie that tells browsers apart: 256 bits (GEN-3). */
export function newBrowserHandle(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * The `csrf` field of a form (UIX-4): an HMAC keyed by the cookie of the browser the page was shown to. Nobody else knows the
 * key, nothing is stored, and a token for one interaction is of no use in another.
 */
export function formToken(browserHandle: string, purpose: FormPurpose): string {
  return createHmac('sha256', browserHandle).update(purpose).digest('base64url');
}

/** Tells whether a token is the one for this browser and purpose, in constant time. */
export function isFormToken(token: string, browserHandle: string, purpose: FormPurpose): boolean {
  const [presented, expected] = [Buffer.from(token), Buffer.from(formToken(browserHandle, purpose))];
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}

/**
 * UIX-4: the form was sent from a page of ours, by the browser that was shown it.
 *
 * Our pages have `Referrer-Policy: no-referrer`, under which browsers send `Origin: null` (Fetch standard §3.1): that counts only
 * where Sec-Fetch-Site says the page was ours. A browser that says neither is believed by its token alone.
 *
 * @throws {OAuthError} `request.forged`, with what was wrong in the detail.
 */
export function assertOwnForm(request: FastifyRequest, issuer: string, form: { browser: string | null; token: string | undefined; purpose: FormPurpose }): void {
  const problem = originProblem(request, new URL(issuer).origin) ?? tokenProblem(form);
  if (problem !== null) throw new OAuthError('request.forged', { problem });
}

function originProblem(request: FastifyRequest, own: string): string | null {
  const { origin, fetchSite } = request.arrival.headers;
  if (fetchSite !== undefined && fetchSite !== 'same-origin') return 'another site';
  if (origin.length > 1) return 'several origins';
  const [named] = origin;
  if (named === own) return null;
  if (fetchSite === 'same-origin') return named === undefined || named === 'null' ? null : 'another origin';
  return named === undefined ? null : 'another origin';
}

function tokenProblem({ browser, token, purpose }: { browser: string | null; token: string | undefined; purpose: FormPurpose }): string | null {
  if (browser === null) return 'no browser cookie';
  if (token === undefined) return 'no csrf field';
  return isFormToken(token, browser, purpose) ? null : 'wrong csrf field';
}
