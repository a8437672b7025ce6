import type { DELIVERY_KINDS } from '@tessera/protocol/delivery';
import { AUTHORIZATION_DELIVERIES } from '../authorization/delivery.js';
import { DEVICE_CIBA_DELIVERIES } from '../device-ciba/delivery.js';
import type { DeliveryContracts } from './delivery-contracts.js';

/** Who owns which kind of delivery: for the worker, which sends them, and for the operator, who looks at them. */
export const DELIVERY_OWNERS = {
  'backchannel-logout': AUTHORIZATION_DELIVERIES,
  ping: DEVICE_CIBA_DELIVERIES,
  push: DEVICE_CIBA_DELIVERIES,
  email: DEVICE_CIBA_DELIVERIES,
  webhook: DEVICE_CIBA_DELIVERIES,
  'web-push': DEVICE_CIBA_DELIVERIES,
} as const satisfies Readonly<Record<keyof typeof DELIVERY_KINDS, DeliveryContracts>>;

/** The contracts of whoever owns a kind; null for a kind this release does not know. */
export function deliveryOwner(kind: string): DeliveryContracts | null {
  return Object.entries(DELIVERY_OWNERS).find(([known]) => known === kind)?.[1] ?? null;
}
