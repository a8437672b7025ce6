import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@tessera/observability';
import { Outage } from '@tessera/vocabulary';
import { connect, nkeyAuthenticator, nkeys, type ConnectionOptions, type NatsConnection } from 'nats';
import type { BusIdentity } from './bus-identity.js';

/** Between two attempts to connect; the jitter keeps a fleet from coming back as one. */
const RECONNECT_WAIT_MS = 250;
const RECONNECT_JITTER_MS = 250;
/** A dial that takes longer is tried again. */
const DIAL_MS_MAX = 2_000;
/** A peer that died without closing the connection is noticed within 3 pings, so that readiness tells the truth (I10). */
const PING_INTERVAL_MS = 2_000;
const PINGS_UNANSWERED_MAX = 2;
/** How many failed first attempts share one log line. */
const ATTEMPTS_PER_LINE = 40;

/** Connects, trying for `firstConnectMs`; once connected the client of NATS itself comes back for ever. */
export async function connectToNats(identity: BusIdentity, logger: Logger, firstConnectMs: number): Promise<NatsConnection> {
  const options = connectionOptions(identity);
  const givingUp = performance.now() + firstConnectMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await connect(options);
    } catch (error) {
      if (attempt % ATTEMPTS_PER_LINE === 0) logger.warn('NATS cannot be reached', { error, attempt: attempt + 1 });
      if (performance.now() + RECONNECT_WAIT_MS > givingUp) throw new Outage('nats', `no connection to ${identity.natsUrl}`, { cause: error });
    }
    await wait(RECONNECT_WAIT_MS);
  }
}

function connectionOptions(identity: BusIdentity): ConnectionOptions {
  const { service, instance, natsUrl, seed, tls } = identity;
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(instance)) throw new RangeError('the instance must be 1 to 32 letters, digits, - or _');
  if (seed !== null) assertSeed(seed);
  return {
    servers: natsUrl.split(',').map((address) => address.trim()),
    name: `${service}.${instance}`,
    inboxPrefix: `_INBOX.${service}`,
    timeout: DIAL_MS_MAX,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: PINGS_UNANSWERED_MAX,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    reconnectJitter: RECONNECT_JITTER_MS,
    reconnectJitterTLS: RECONNECT_JITTER_MS,
    // An nkey that is refused now may be added by the next reload, as in a rotation: go on trying.
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
    ...(seed === null ? {} : { authenticator: nkeyAuthenticator(seed) }),
    ...(tls === undefined ? {} : { tls: tlsOptions(tls) }),
  };
}

function assertSeed(seed: Uint8Array): void {
  try {
    nkeys.fromSeed(seed).getPublicKey();
  } catch {
    // Without a cause: its text could quote the seed.
    throw new RangeError('the NATS seed is not an nkey seed (SU...)');
  }
}

function tlsOptions(tls: NonNullable<BusIdentity['tls']>): NonNullable<ConnectionOptions['tls']> {
  return {
    ...(tls.authorityFile === undefined ? {} : { caFile: tls.authorityFile }),
    ...(tls.certificateFile === undefined ? {} : { certFile: tls.certificateFile }),
    ...(tls.privateKeyFile === undefined ? {} : { keyFile: tls.privateKeyFile }),
  };
}
