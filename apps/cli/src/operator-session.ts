import { PublishedKeysMirror } from '@tessera/key-lease/published-keys';
import { Bus, ServiceClient } from '@tessera/messaging';
import { silentLogger } from '@tessera/observability';
import { systemClock } from '@tessera/vocabulary';
import { CommandFailure, EXIT } from './exit-code.js';
import type { OperatorSettings } from './operator-settings.js';
import type { OperatorSession } from './surroundings.js';

const FIRST_CONNECT_MS = 3_000;

/** Connects as `operator`. @throws {CommandFailure} when the bus cannot be reached or does not let us in. */
export async function openOperatorSession(settings: OperatorSettings, instance: string): Promise<OperatorSession> {
  const bus = await connect(settings, instance);
  const services = new ServiceClient(bus);
  const mirror = new PublishedKeysMirror({
    services,
    keyManagementNkeys: settings.keyManagementNkeys,
    clock: systemClock,
    logger: silentLogger,
  });
  return {
    services,
    sealingKey: async () => {
      if (!mirror.loaded) await mirror.start();
      return mirror.sealingKey('client-secret');
    },
    close: async () => {
      mirror.stop();
      await bus.close();
    },
  };
}

async function connect({ natsUrl, seed }: OperatorSettings, instance: string): Promise<Bus> {
  try {
    const identity = { service: 'operator' as const, instance, natsUrl, seed: new TextEncoder().encode(seed) };
    return await Bus.connect(identity, { firstConnectMs: FIRST_CONNECT_MS });
  } catch (cause) {
    throw new CommandFailure(
      EXIT.unreachable,
      `cannot connect to NATS at ${natsUrl}; is the provider running, and is NATS_SEED the nkey of operator?`,
      { cause },
    );
  }
}
