import { CLIENT_ID_LENGTH_MAX } from '@tessera/vocabulary';
import { z } from 'zod';
import type { OutgoingEdgeRequest } from '../http/edge-request.js';

const AssertionSubject = z.object({ sub: z.string() });

/**
 * The client a request claims to come from, for counting failures only: nothing is proven, and a request that hides its client
 * counts for its source alone.
 */
export function presentedClient({ authorization, parameters }: OutgoingEdgeRequest): string | null {
  const claimed = ofBasic(authorization[0]) ?? valueOf(parameters, 'client_id') ?? ofAssertion(valueOf(parameters, 'client_assertion'));
  return claimed === null || claimed === '' ? null : claimed.slice(0, CLIENT_ID_LENGTH_MAX);
}

function valueOf(parameters: OutgoingEdgeRequest['parameters'], name: string): string | null {
  return parameters.find(([key]) => key === name)?.[1] ?? null;
}

function ofBasic(authorization: string | undefined): string | null {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  return formDecoded(decoded.split(':', 1)[0] ?? '');
}

/** RFC 6749 §2.3.1: the id is form-url-encoded. Decoded here too, or every other spelling of one id would count anew. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function ofAssertion(assertion: string | null): string | null {
  const payload = assertion?.split('.', 2)[1];
  if (payload === undefined) return null;
  try {
    return AssertionSubject.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))).sub;
  } catch {
    return null;
  }
}
