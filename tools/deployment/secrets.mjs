import { addressFor, ROLE_OF } from '../launcher/database.mjs';
import { BUS_NAMES } from '../launcher/identities.mjs';

/** The services that talk to Redis, each with a user of its own and the keys it may touch (RED-1). */
const REDIS_KEYS = { gateway: 'rl:*', 'device-ciba': 'bull:*', worker: 'bull:*' };
/** Queues may not lose jobs: Redis evicts nothing, and says when it is full (RED-2). */
export const REDIS_KEEPS = ['maxmemory-policy noeviction', 'appendonly yes', 'save ""'];
/** What no service needs is forbidden by Redis' own list; INFO stands on it, and clients ask it whether Redis has loaded. */
const REDIS_COMMANDS = {
  gateway: '-@all +@connection +@read +@write -@dangerous +info',
  'device-ciba': '+@all -@admin -@dangerous +info',
  worker: '+@all -@admin -@dangerous +info',
};

/**
 * Every secret of an installation, by name: made by `identities` on first use and kept there. `postgres` is `host:port/database`,
 * `redis` is `host:port`; `tls` makes both addresses demand a verified certificate.
 */
export function installationSecrets(identities, { postgres, redis, tls = false }) {
  const owner = `postgresql://tessera_owner@${postgres}${tls ? '?sslmode=verify-full' : ''}`;
  const ownerPassword = identities.password('postgres-owner');
  const redisScheme = tls ? 'rediss' : 'redis';
  return {
    'postgres-owner-password': ownerPassword,
    'owner-database-url': addressFor(owner, 'tessera_owner', ownerPassword),
    ...byName(Object.keys(ROLE_OF), 'database-password', (service) => databasePassword(identities, service)),
    ...byName(Object.keys(ROLE_OF), 'database-url', (service) =>
      addressFor(owner, ROLE_OF[service], databasePassword(identities, service)),
    ),
    ...byName(BUS_NAMES, 'nats-seed', (service) => identities.seed(service)),
    ...byName(Object.keys(REDIS_KEYS), 'redis-url', (service) => {
      return `${redisScheme}://${service}:${redisPassword(identities, service)}@${redis}`;
    }),
    'redis-health-password': redisPassword(identities, 'health'),
    'key-encryption-keyring': identities.readFile(identities.keyringFile()),
    'password-pepper': identities.readFile(identities.passwordPepperFile()),
    'grafana-admin-password': identities.password('grafana-admin'),
  };
}

function byName(services, suffix, make) {
  return Object.fromEntries(services.map((service) => [`${service}-${suffix}`, make(service)]));
}

const databasePassword = (identities, service) => identities.password(ROLE_OF[service]);
const redisPassword = (identities, user) => identities.password(`redis-${user}`);

/**
 * The users of Redis as its configuration has them. Nobody is there by default; `health` may ask whether it lives; `operator` is for
 * people, who look at queues.
 */
export function redisUsers(identities) {
  return [
    'user default off resetpass resetkeys resetchannels -@all',
    `user health on >${redisPassword(identities, 'health')} resetkeys resetchannels -@all +ping`,
    `user operator on >${redisPassword(identities, 'operator')} ~* &* +@all`,
    ...Object.entries(REDIS_KEYS).map(
      ([service, keys]) =>
        `user ${service} on >${redisPassword(identities, service)} resetchannels ~${keys} ${REDIS_COMMANDS[service]}`,
    ),
  ];
}
