import type { SettlementOutcome } from './delivery.js';
import type { DeliveryKind } from './delivery-kind.js';

/** What came back: a status, or why there was none. The faults are those of the guarded HTTP client. */
export type DeliveryAnswer =
  | { readonly outcome: 'answered'; readonly status: number }
  | { readonly outcome: 'failed'; readonly fault: string };

/** 4xx that say "later": RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4. */
const LATER: readonly number[] = [408, 425, 429];
/**
 * It was never sent, and will not be next time: the address breaks OUT-1 or OUT-2, or leads elsewhere (OUT-3); is none a letter can
 * go to, or was refused by the mail server for good (RFC 5321 §4.2.1).
 */
const FINAL_FAULTS: readonly string[] = ['url', 'port', 'address', 'redirected', 'mail-address', 'mail-refused'];
/** A 2xx whose body we would not read; what it says does not matter to a notification. */
const READ_ENOUGH: readonly string[] = ['encoded', 'content_type', 'too_large'];

/** What an answer means for a delivery of this kind. Everything that is not known to be final is tried again. */
export function judgeAnswer(kind: DeliveryKind, answer: DeliveryAnswer): SettlementOutcome {
  if (answer.outcome === 'failed') {
    if (READ_ENOUGH.includes(answer.fault)) return 'delivered';
    return FINAL_FAULTS.includes(answer.fault) ? 'given-up' : 'retry';
  }
  const { status } = answer;
  if (status >= 200 && status < 300) return 'delivered';
  if (kind.retriedToo.includes(status)) return 'retry';
  if (kind.finalToo.includes(status)) return 'given-up';
  return status >= 500 || LATER.includes(status) ? 'retry' : 'given-up';
}

/** An answer in a word, for the record: a status, or a fault. */
export function wordFor(answer: DeliveryAnswer): string {
  return answer.outcome === 'answered' ? String(answer.status) : answer.fault;
}
