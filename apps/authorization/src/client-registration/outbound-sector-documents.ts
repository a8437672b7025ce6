import type { OutboundFault, OutboundHttp } from '@tessera/outbound-http';
import type { SectorDocuments } from '@tessera/protocol/client-registration';

const MEDIA_TYPES = ['application/json'];

/** What the log says of a document that could not be had; the client is told that the member is wrong, and no more. */
const WHY = {
  url: 'it is no acceptable https URL',
  port: 'its port is not allowed here (OUTBOUND_PORTS)',
  address: 'its host has a private address (OUTBOUND_ALLOWED_HOSTS)',
  busy: 'too many fetches were in progress',
  unresolved: 'its host has no address',
  timeout: 'its host did not answer in time',
  connection: 'the connection or its TLS handshake failed',
  redirected: 'its host redirects; redirects are not followed',
  too_large: 'it is too large',
  encoded: 'it is compressed although nothing was asked for',
  content_type: 'it is not JSON by its Content-Type',
} as const satisfies Record<OutboundFault, string>;

/** Fetches what sectors publish, through the guarded client (OUT-1, REG-4). */
export class OutboundSectorDocuments implements SectorDocuments {
  constructor(private readonly http: Pick<OutboundHttp, 'send'>) {}

  async fetch(sectorIdentifierUri: string): Promise<{ readonly document: unknown } | { readonly why: string }> {
    const answer = await this.http.send({ url: sectorIdentifierUri, method: 'GET', accept: MEDIA_TYPES });
    if (answer.outcome === 'failed') return { why: WHY[answer.fault] };
    if (answer.status !== 200) return { why: `its host answered with status ${answer.status}` };
    try {
      return { document: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(answer.body)) };
    } catch {
      return { why: 'it is not JSON' };
    }
  }
}
