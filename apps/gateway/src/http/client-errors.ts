import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { OAuthError, type ReasonId } from '@tessera/vocabulary';
import type { EdgePolicy } from './arrival.js';
import { errorAnswer } from './error-answer.js';
import type { RefusalRecord } from './refusal-record.js';
import { responseHeaders } from './response-headers.js';

const BUDGET_MS = 1;

/**
 * Answers what never becomes a request: header fields above the limit, bad framing, headers or body that do not come in time.
 * There is no reply object yet, so the answer is written to the socket, in the shape every other error has.
 */
export class ClientErrors {
  constructor(
    private readonly policy: EdgePolicy,
    private readonly record: RefusalRecord,
  ) {}

  answer(error: NodeJS.ErrnoException, socket: Duplex & { readonly remoteAddress?: string | undefined }): void {
    const reason = reasonOf(error.code ?? '');
    if (reason === null || !socket.writable) {
      socket.destroy();
      return;
    }
    const { requestId } = this.policy.newCallContext(BUDGET_MS);
    const answer = errorAnswer(new OAuthError(reason, { problem: error.code }), this.policy.issuer);
    this.record.write(answer, { requestId, endpoint: 'none', method: 'none', source: socket.remoteAddress ?? 'none' });
    socket.end(message(answer.status, JSON.stringify(answer.body), { ...responseHeaders(this.policy.issuer), 'X-Request-Id': requestId }));
  }
}

/** Null where nobody is left to answer: a reset, a failed TLS handshake. */
function reasonOf(code: string): ReasonId | null {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return 'request.headers_too_large';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'request.timeout';
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 'request.body_too_large';
    default:
      return code.startsWith('HPE_') ? 'request.malformed' : null;
  }
}

function message(status: number, body: string, headers: Readonly<Record<string, string>>): string {
  const fields = Object.entries({
    ...headers,
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  });
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}
