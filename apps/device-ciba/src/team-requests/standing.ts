import type { RequestEnded } from '@tessera/protocol/team-request';
import type { RequestState } from './sql-team-requests.js';

/** Where a request stands that this message did not change: the same again is answered as then, anything else comes too late. */
export function standing(state: RequestState, wanted: 'approved' | 'denied' | 'cancelled'): RequestEnded {
  const same = state === wanted || (wanted === 'approved' && state === 'redeemed');
  return { outcome: same ? 'done' : 'too_late', state };
}
