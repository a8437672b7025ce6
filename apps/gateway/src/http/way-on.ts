import { Handle } from '@tessera/vocabulary';
import type { FastifyRequest } from 'fastify';
import type { PageAddresses } from '../pages/index.js';
import { formOctets } from './edge-request.js';
import type { ErrorAnswer } from './error-answer.js';
import { parseFormBody } from './form-body.js';

/** The same address once more. */
const AGAIN = '';
const TOO_MANY_REQUESTS = 429;

/** Refusals after which the interaction has nothing more to show in this browser. */
const OVER: ReadonlySet<string> = new Set([
  'interaction.unknown',
  'interaction.expired',
  'interaction.ended',
  'interaction.aborted',
  'interaction.other_browser',
  'interaction.client_gone',
  'interaction.request_uri_used',
]);

/**
 * Where a person can go on after an error: the same address when that may help, and after a form the page the form was on, made
 * anew. Always an address of ours (UIX-10); of the request it repeats the handle of an interaction and nothing else, and that leads
 * on only in the browser that began it (UIX-3). Null where there is only the way back to the app.
 */
export function wayOn({ kind, status, label }: ErrorAnswer, request: FastifyRequest, addresses: PageAddresses): string | null {
  const passing = kind !== 'refusal' || status === TOO_MANY_REQUESTS;
  if (request.method !== 'POST') return passing ? AGAIN : null;
  switch (request.arrival.route?.name) {
    case 'interaction':
      return OVER.has(label) ? null : interactionOf(request, addresses);
    case 'approvals':
      return addresses.approvals;
    case 'device':
      return addresses.device;
    case 'endSession':
      return passing ? addresses.endSession : null;
    default:
      return null;
  }
}

function interactionOf(request: FastifyRequest, addresses: PageAddresses): string | null {
  const handle = sentHandle(request);
  return handle === undefined || !Handle.safeParse(handle).success ? null : `${addresses.interaction}?interaction=${handle}`;
}

/** A form that cannot be read is an error already, and names no interaction. */
function sentHandle(request: FastifyRequest): string | undefined {
  try {
    return parseFormBody(formOctets(request), new Set(['scope'])).find(([name]) => name === 'interaction')?.[1];
  } catch {
    return undefined;
  }
}
