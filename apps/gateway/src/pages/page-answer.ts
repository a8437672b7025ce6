import type { FastifyReply } from 'fastify';
import { HTML_TYPE } from '../http/response-headers.js';
import type { Page } from './page.js';

/** CSP 3 §2.3.1: an origin or a scheme. Nothing else gets into the header, whatever an owner should send. */
const SOURCE = /^[a-z][a-z0-9+.-]*:(?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?)?$/i;

/**
 * UIX-5: nothing is loaded but our own style, nothing runs but the one script with the nonce of this answer, nobody frames it, and
 * it frames nobody but the clients that are told of a logout (LOG-5);
 * its forms lead to ourselves and to the proven redirect URI of this request, or browsers would block the redirect after the post.
 */
export function contentSecurityPolicy({ formTargets, scriptNonce, frameSources = [], asksBack = false, hasWorker = false }: Pick<Page, 'formTargets' | 'scriptNonce' | 'frameSources' | 'asksBack' | 'hasWorker'>): string {
  const targets = formTargets.filter((target) => SOURCE.test(target));
  const script = scriptNonce === null ? '' : `script-src 'nonce-${scriptNonce}'; ${asksBack ? "connect-src 'self'; " : ''}${hasWorker ? "worker-src 'self'; " : ''}`;
  const frames = frameSources.filter((one) => SOURCE.test(one));
  const frame = frames.length === 0 ? '' : `frame-src ${frames.join(' ')}; `;
  return `default-src 'none'; ${script}${frame}style-src 'self'; img-src 'self' data:; form-action ${["'self'", ...targets].join(' ')}; frame-ancestors 'none'; base-uri 'none'`;
}

/**
 * Sends a page. `no-store` and `no-referrer` are on every answer already. No Cross-Origin-Opener-Policy: it would cut off a client
 * that has its people sign in in a window it opened.
 */
export function answerPage(page: Page, reply: FastifyReply): void {
  reply
    .code(page.status)
    .header('Content-Type', HTML_TYPE)
    .header('Content-Security-Policy', contentSecurityPolicy(page))
    .header('X-Frame-Options', 'DENY')
    .header('Cross-Origin-Resource-Policy', 'same-origin')
    .send(page.html);
}
