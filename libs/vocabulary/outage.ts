/**
 * Something this process needs did not answer: a bus, a database, a lease. Never a statement about the request.
 * The client gets 503 `temporarily_unavailable` (RFC 6749 §4.1.2.1) and may try again; no protocol code may catch it.
 */
export class Outage extends Error {
  override readonly name = 'Outage';

  constructor(
    /** What is missing: `nats`, `postgresql`, `redis`, `key-lease`, `client-metadata`, or the name of a service. */
    readonly dependency: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`${dependency}: ${message}`, options);
  }
}
