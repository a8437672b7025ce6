import { setTimeout as delay } from 'node:timers/promises';
import { PublishedKeysMirror } from '@tessera/key-lease/published-keys';
import { Bus, ServiceClient } from '@tessera/messaging';
import { silentLogger } from '@tessera/observability';
import { systemClock } from '@tessera/vocabulary';
import { CommandFailure, EXIT } from './exit-code.js';
import type { OperatorSettings } from './operator-settings.js';
import type { OperatorSession } from './surroundings.js';

const FIRST_CONNECT_MS = 3_000;
/** Milliseconds to wait for the published keys, with a retry in between. */
const SEALING_KEY_MS = 6_000;
const LOOK_AGAIN_MS = 10;

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
    sealingKey: async (purpose) => {
      await loaded(mirror);
      return mirror.sealingKey(purpose);
    },
    close: async () => {
      mirror.stop();
      await bus.close();
    },
  };
}

/** The mirror tries for as long as it takes; a person waits for less. @throws {CommandFailure} */
async function loaded(mirror: PublishedKeysMirror): Promise<void> {
  if (!mirror.loaded) mirror.start();
  const until = performance.now() + SEALING_KEY_MS;
  while (!mirror.loaded) {
    if (performance.now() > until) {
      throw new CommandFailure(
        EXIT.unreachable,
        'key-management did not say which key secrets are sealed to; nothing was changed',
      );
    }
    await delay(LOOK_AGAIN_MS);
  }
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
