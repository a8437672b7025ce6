import {
  ClaimedDelivery,
  DeliveryClaim,
  DeliveryListing,
  DeliveryRecord,
  DeliverySettlement,
  DueDeliveries,
  DueQuestion,
  SettledDelivery,
} from '@tessera/protocol/delivery';
import type { OwnerName } from '@tessera/vocabulary';
import { z } from 'zod';
import { defineEvent, defineRequest } from '../define-contract.js';

const EXAMPLE_ATTEMPT = { kind: 'backchannel-logout', row: '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01', attempt: 1 };
const EXAMPLE_CLAIM = { ...EXAMPLE_ATTEMPT, claimId: '5f0c9e0a-3b1e-4b53-8f57-8a1f6a2d9c11' };
const EXAMPLE_RECORD = {
  kind: 'backchannel-logout',
  row: EXAMPLE_ATTEMPT.row,
  lane: 's6BhdRkqt3',
  state: 'delivered' as const,
  attempts: 1,
  answer: '200',
  createdAt: '2026-01-01T00:00:00.000Z',
  nextAt: null,
  settledAt: '2026-01-01T00:00:01.000Z',
};
const EXAMPLE_MESSAGE = {
  transport: 'http' as const,
  url: 'https://client.example.org/logged-out',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'logout_token=eyJ0eXAiOiJsb2dvdXQrand0In0.e30.c2lnbmF0dXJl',
};

/**
 * The messages by which an owner has its deliveries made (decision 6): the same shape whoever owns them. Caller: the worker, and the
 * operator for the records.
 *
 * - `claim` may be resent: the same claim id is given the same answer for as long as its lease lasts.
 * - `settle` may be resent: a delivery is settled once, and by the claim that has it.
 * - `due` and `list` read only.
 * - `written` says that something may be due at once; without it the worker finds it by `due`, within 15 s.
 */
export function deliveryContracts<Owner extends OwnerName>(owner: Owner) {
  return {
    claim: defineRequest({
      subject: `${owner}.delivery.claim.v1`,
      callers: ['worker'],
      resend: 'safe',
      request: DeliveryClaim,
      reply: z.object({ delivery: ClaimedDelivery }),
      examples: [
        { request: EXAMPLE_CLAIM, reply: { delivery: { message: EXAMPLE_MESSAGE } } },
        { request: EXAMPLE_CLAIM, reply: { delivery: null } },
      ],
    }),
    settle: defineRequest({
      subject: `${owner}.delivery.settle.v1`,
      callers: ['worker'],
      resend: 'safe',
      request: DeliverySettlement,
      reply: SettledDelivery,
      examples: [{ request: { ...EXAMPLE_CLAIM, outcome: 'delivered', retryInSeconds: 0, answer: '200' }, reply: { outcome: 'delivered' } }],
    }),
    due: defineRequest({
      subject: `${owner}.delivery.due.v1`,
      callers: ['worker'],
      resend: 'safe',
      request: DueQuestion,
      reply: DueDeliveries,
      examples: [
        {
          request: { kinds: ['backchannel-logout'], measure: true },
          reply: { due: [{ ...EXAMPLE_ATTEMPT, lane: 's6BhdRkqt3' }], backlog: [{ kind: 'backchannel-logout', waiting: 1, oldestSeconds: 2.5 }] },
        },
      ],
    }),
    list: defineRequest({
      subject: `${owner}.delivery.list.v1`,
      callers: ['operator'],
      resend: 'safe',
      request: DeliveryListing,
      reply: z.object({ records: z.array(DeliveryRecord) }),
      examples: [
        { request: { kind: 'backchannel-logout', lane: null, state: null, before: null, limit: 100 }, reply: { records: [EXAMPLE_RECORD] } },
      ],
    }),
    written: defineEvent({
      subject: `${owner}.event.delivery.written.v1`,
      subscribers: ['worker'],
      recoveredBy: 'the question for what is due that the worker asks each owner every 15 s',
      payload: z.object({}),
      examples: [{}],
    }),
  };
}

/** The contracts of one owner of deliveries. */
export type DeliveryContracts = ReturnType<typeof deliveryContracts>;
