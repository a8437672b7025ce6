import { addressFor, ROLE_OF } from './database.mjs';
import { inheritedEnvironment } from './services.mjs';

/** The password grant is off unless switched on; the demo shows it, and the client demo-password is the only one that may. */
const PASSWORD_GRANT_AT = ['token', 'gateway'];

/**
 * What each process is told, by the names in docs and @tessera/configuration. Everything secret goes through a file, so that no
 * listing of processes or crash report shows it.
 */
export function serviceEnvironments({ issuer, port, postgres, redis, natsUrl, identities, logins, env, demo = false, serviceEnv }) {
  const files = secretFiles({ postgres, redis, identities, logins });
  return (spec) => ({
    ...inheritedEnvironment(spec.name, env),
    NODE_ENV: 'production',
    TESSERA_ISSUER: issuer,
    NATS_URL: natsUrl,
    NATS_SEED_FILE: identities.seedFile(spec.name),
    KEY_MANAGEMENT_NKEY: identities.publicKey('key-management'),
    ...(spec.stores.includes('postgres') ? { DATABASE_URL_FILE: files.database[spec.name] } : {}),
    ...(spec.stores.includes('redis') ? { REDIS_URL_FILE: files.redis } : {}),
    ...(spec.name === 'gateway' ? { PORT: String(port) } : {}),
    ...(spec.name === 'key-management'
      ? { SERVICE_NKEYS: JSON.stringify(identities.publicKeys()), KEY_ENCRYPTION_KEYRING_FILE: identities.keyringFile() }
      : {}),
    ...(spec.name === 'authorization' ? { PASSWORD_PEPPER_FILE: identities.passwordPepperFile() } : {}),
    // Unless a person set their own.
    ...(spec.name === 'device-ciba' && !env.WEB_PUSH_KEY && !env.WEB_PUSH_KEY_FILE ? { WEB_PUSH_KEY_FILE: identities.webPushKeyFile() } : {}),
    ...(demo && PASSWORD_GRANT_AT.includes(spec.name) ? { PASSWORD_GRANT: env.PASSWORD_GRANT || 'on' } : {}),
    ...serviceEnv?.[spec.name],
  });
}

function secretFiles({ postgres, redis, identities, logins }) {
  const database = Object.entries(logins).map(([service, login]) => {
    const address = addressFor(postgres.ownerUrl, login, identities.password(ROLE_OF[service]));
    return [service, identities.keepValue(`${service}.database-url`, address)];
  });
  return { database: Object.fromEntries(database), redis: identities.keepValue('redis-url', redis.url) };
}
