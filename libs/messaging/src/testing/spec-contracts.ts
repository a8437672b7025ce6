import { defineEvent, defineRequest } from '@tessera/contracts';
import { z } from 'zod';

const shapes = { request: z.object({ text: z.string() }), reply: z.object({ text: z.string() }) };
const terms = { ...shapes, callers: ['gateway' as const], examples: [] };

/** Batched, never resent: as the token endpoint. */
export const Echo = defineRequest({ ...terms, subject: 'token.spec.echo.v1', resend: 'never', batch: true });
/** Batched and safe to ask again: as a redemption. */
export const SafeEcho = defineRequest({ ...terms, subject: 'token.spec.safe-echo.v1', resend: 'safe', batch: true });
/** Not batched. */
export const SingleEcho = defineRequest({ ...terms, subject: 'token.spec.single-echo.v1', resend: 'never' });
/** Somebody else's contract, which the gateway may not call and token does not own. */
export const ForeignEcho = defineRequest({ ...terms, subject: 'authorization.spec.echo.v1', callers: ['token'], resend: 'never' });

/** An event of key-management that token and the gateway hear. */
export const Rang = defineEvent({
  subject: 'key-management.event.bell.rang.v1',
  subscribers: ['token', 'gateway'],
  recoveredBy: 'nothing: it is for specs',
  payload: z.object({ text: z.string() }),
  examples: [],
});
