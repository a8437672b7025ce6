import { deliveryContracts } from '../delivery/delivery-contracts.js';

/** How the deliveries that device-ciba owns are made. */
export const DEVICE_CIBA_DELIVERIES = deliveryContracts('device-ciba');

/** Leases one due delivery of device-ciba to the worker, with its finished message. */
export const ClaimDeviceCibaDelivery = DEVICE_CIBA_DELIVERIES.claim;
/** Records how an attempt at a delivery of device-ciba went. */
export const SettleDeviceCibaDelivery = DEVICE_CIBA_DELIVERIES.settle;
/** What of device-ciba is due. */
export const DueDeviceCibaDeliveries = DEVICE_CIBA_DELIVERIES.due;
/** `tessera deliveries list`: what device-ciba had delivered, or has still to. */
export const ListDeviceCibaDeliveries = DEVICE_CIBA_DELIVERIES.list;
/** Deliveries of device-ciba were written: something may be due. */
export const DeviceCibaDeliveryWritten = DEVICE_CIBA_DELIVERIES.written;
