import { deliveryContracts } from '../delivery/delivery-contracts.js';

/** How the deliveries that authorization owns are made. */
export const AUTHORIZATION_DELIVERIES = deliveryContracts('authorization');

/** Leases one due delivery of authorization to the worker, with its finished message. */
export const ClaimAuthorizationDelivery = AUTHORIZATION_DELIVERIES.claim;
/** Records how an attempt at a delivery of authorization went. */
export const SettleAuthorizationDelivery = AUTHORIZATION_DELIVERIES.settle;
/** What of authorization is due. */
export const DueAuthorizationDeliveries = AUTHORIZATION_DELIVERIES.due;
/** `tessera deliveries list`: what authorization had delivered, or has still to. */
export const ListAuthorizationDeliveries = AUTHORIZATION_DELIVERIES.list;
/** Deliveries of authorization were written: something may be due. */
export const AuthorizationDeliveryWritten = AUTHORIZATION_DELIVERIES.written;
