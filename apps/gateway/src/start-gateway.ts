import { setTimeout as delay } from 'node:timers/promises';
import { ConfigurationError } from '@tessera/configuration';
import { PublishedKeysMirror } from '@tessera/key-lease/published-keys';
import { type ProcessContext, serveBus, type StartedProcess } from '@tessera/lifecycle';
import { newCallContext } from '@tessera/messaging';
import { systemClock } from '@tessera/vocabulary';
import { Gateway } from './gateway.js';
import { gatewayEventsModule } from './gateway-events.module.js';
import { RedisFailureCounts } from './limits/redis-failure-counts.js';
import { type GATEWAY_SETTINGS, plainHttpWarning, tlsIdentity } from './settings.js';
import { HeldPolls } from './token/held-polls.js';

/**
 * Starts the gateway. It listens as soon as it can and says by readiness what is missing: without keys or bus it is not
 * ready, without Redis it limits by itself (deploy rule "degraded, not unready").
 */
export async function startGateway(context: ProcessContext<typeof GATEWAY_SETTINGS>): Promise<StartedProcess> {
  const { configuration, logger, metrics, services } = context;
  const warning = plainHttpWarning(configuration.TESSERA_ISSUER);
  if (warning !== null) logger.warn(warning);
  const tls = tlsIdentity(configuration.TLS_CERTIFICATE, configuration.TLS_PRIVATE_KEY);
  const redis = new RedisFailureCounts(configuration.REDIS_URL, systemClock, logger);
  const published = new PublishedKeysMirror({ services, keyManagementNkeys: configuration.KEY_MANAGEMENT_NKEY, clock: systemClock, logger });
  const heldPolls = new HeldPolls({ owners: services, wait: waitUntil, monotonicMs: () => performance.now() });
  const gateway = await listen(
    () =>
      Gateway.listen(
        {
          issuer: configuration.TESSERA_ISSUER,
          allowedHosts: configuration.ALLOWED_HOSTS,
          proxies: configuration.TRUSTED_PROXIES,
          tls,
          failureLimits: { perClient: configuration.CLIENT_FAILURES_PER_MINUTE, perSource: configuration.SOURCE_FAILURES_PER_MINUTE },
          pagesPerMinute: configuration.SOURCE_PAGES_PER_MINUTE,
          registrationsPerMinute: configuration.SOURCE_REGISTRATIONS_PER_MINUTE,
          sharedCounts: redis,
          owners: services,
          published,
          heldPolls,
          features: {
            passwordGrant: configuration.PASSWORD_GRANT,
            requirePushedAuthorizationRequests: configuration.REQUIRE_PUSHED_AUTHORIZATION_REQUESTS,
            requestUri: configuration.REQUEST_URI,
            clientRegistration: configuration.CLIENT_REGISTRATION !== 'off',
            approvalCompletion: configuration.APPROVAL_COMPLETION,
          },
          clock: systemClock,
          logger,
          metrics,
          newCallContext,
        },
        configuration.HOST,
        configuration.PORT,
      ),
    configuration.PORT,
  );
  published.start();
  const events = await serveBus(gatewayEventsModule(published, heldPolls), context);
  logger.info('listening', { port: gateway.port });
  return {
    checks: [
      { name: 'jwks', required: true, holds: () => published.loaded },
      { name: 'redis', required: false, holds: () => redis.available },
    ],
    stop: async () => {
      // Nobody waits for a decision in a process that is about to stop.
      heldPolls.release();
      await gateway.close();
      await events.close();
      published.stop();
      redis.close();
    },
  };
}

/** Turns what the operator can cure into one line that names the variable. */
async function listen(attempt: () => Promise<Gateway>, port: number): Promise<Gateway> {
  try {
    return await attempt();
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    if (code === 'EADDRINUSE') throw new ConfigurationError(`PORT is wrong: ${port} is taken; choose another`);
    if (code === 'EADDRNOTAVAIL') throw new ConfigurationError('HOST is wrong: no interface of this machine has that address');
    if (code === 'EACCES') throw new ConfigurationError(`PORT is wrong: ${port} is not allowed to this user; choose one above 1023`);
    if (code.startsWith('ERR_OSSL') || code.startsWith('ERR_SSL')) {
      throw new ConfigurationError('TLS_CERTIFICATE or TLS_PRIVATE_KEY is wrong: expected a PEM certificate chain and its key');
    }
    throw error;
  }
}

/** It rejects for one reason only: that it was ended early, which ends it like any other end. */
function waitUntil(ms: number, signal: AbortSignal): Promise<void> {
  return delay(ms, undefined, { signal }).catch(() => undefined);
}
