import { isOAuthErrorCode, OAuthError, Outage, statusOf } from '@tessera/vocabulary';
import { Incident } from './incident.js';
import type { ReplyItem } from './frame.js';

/** The outcomes other than success that a handler can have. */
type Failure = Pick<ReplyItem, 'refusal' | 'outage' | 'incident'>;

/**
 * How what a handler threw crosses the bus. There are three kinds and no fourth: a refusal goes whole, an
 * outage as the name of what is missing, a bug as the id its log line has. `logBug` writes that line and returns the id.
 */
export function toFailure(thrown: unknown, logBug: (thrown: unknown) => string): Failure {
  if (thrown instanceof OAuthError) {
    const { reason, code, description, status, detail } = thrown;
    return { refusal: { reason, code, description, status, detail } };
  }
  if (thrown instanceof Outage) return { outage: { dependency: thrown.dependency } };
  if (thrown instanceof Incident) return { incident: { id: thrown.incident } };
  return { incident: { id: logBug(thrown) } };
}

/** RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E. */
const ERROR_DESCRIPTION = /^[\x20\x21\x23-\x5B\x5D-\x7E]+$/;

/**
 * The failure of an item as an error on this side, or null when the item holds none. `service` is who answered. A refusal
 * whose code or text this release must not put on the wire becomes an incident under its reason.
 */
export function fromFailure(item: ReplyItem, service: string): OAuthError | Outage | Incident | null {
  if (item.refusal !== undefined) {
    const { reason, code, description, status, detail } = item.refusal;
    if (!isOAuthErrorCode(code) || !ERROR_DESCRIPTION.test(description)) return new Incident(`unknown-refusal:${reason}`, service);
    return OAuthError.fromPeer({ reason, code, description, status: status ?? statusOf(code) }, detail);
  }
  if (item.outage !== undefined) return new Outage(item.outage.dependency, `reported by ${service}`);
  if (item.incident !== undefined) return new Incident(item.incident.id, service);
  return null;
}
