import { defineReasons } from '../refusal-reason.js';

/** One text for every refused lease; the reason stands in the log and in the lease audit. */
const REFUSED = 'the key lease is refused';

/** Refusals of a key lease (decision 1, KEY-7). They stay on the bus: no client of the provider asks for a lease. */
export const KEY_LEASE_REASONS = defineReasons({
  'key_lease.foreign_nkey': {
    code: 'unauthorized_client',
    description: REFUSED,
    spec: 'Ours: KEY-7',
    expected: 'a request signed with an nkey that SERVICE_NKEYS gives the calling service',
  },
  'key_lease.bad_signature': {
    code: 'unauthorized_client',
    description: REFUSED,
    spec: 'Ours: KEY-7',
    expected: 'an Ed25519 signature of the nkey over the exact request',
  },
  'key_lease.malformed': {
    code: 'invalid_request',
    description: REFUSED,
    spec: 'Ours: KEY-7',
    expected: 'purposes, an ephemeral P-256 key, an instance and a nonce',
  },
  'key_lease.purpose_not_allowed': {
    code: 'unauthorized_client',
    description: REFUSED,
    spec: 'Ours: KEY-7, NAT-3',
    expected: 'purposes whose lessees the calling service is among',
  },
});
