import { DeviceCibaDeliveryWritten } from '@tessera/contracts';
import type { ServiceClient } from '@tessera/messaging';
import type { Logger } from '@tessera/observability';

/** Tells the worker that something may be due. Never fails: without the event the worker finds it by asking. */
export function announceDeliveries(services: Pick<ServiceClient, 'publish'>, logger: Pick<Logger, 'warn'>): void {
  try {
    services.publish(DeviceCibaDeliveryWritten, {});
  } catch (error) {
    logger.warn('deliveries were not announced', { error });
  }
}
