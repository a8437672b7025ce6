import { randomToken } from './random-token.js';

/**
 * A bug, here or at the service that was called. The client of the edge reads 500 `server_error` and the id; the whole
 * story stands under that id in the log of the process that met it first.
 */
export class Incident extends Error {
  override readonly name = 'Incident';

  constructor(
    /** What to search the logs for. */
    readonly incident: string,
    /** The service it happened in. */
    readonly service: string,
    options?: ErrorOptions,
  ) {
    super(`${service}: incident ${incident}`, options);
  }
}

/** A fresh incident id: 96 random bits, so that ids of different processes never meet. */
export function newIncidentId(): string {
  return randomToken(12);
}
