import path from 'node:path';
import { DataDirectory } from '../launcher/data-directory.mjs';
import { Identities } from '../launcher/identities.mjs';
import { findInfrastructure, openPostgres, openRedis } from '../launcher/infrastructure.mjs';
import { privateNats } from '../launcher/private-nats.mjs';
import { PortBook } from '../launcher/services.mjs';

/** Finds the server programs, and installs them where that is allowed, before any stage needs them. */
export function findPrograms(directory, { note }) {
  return findInfrastructure({
    data: new DataDirectory(directory).open(),
    env: process.env,
    privately: true,
    mayInstall: true,
    note,
  });
}

/** PATH with the directories of the server programs, for specs that start servers of their own. */
export function pathWith(found, env = process.env) {
  const directories = [found.postgres.program.bin, path.dirname(found.redis.program), path.dirname(found.nats.program)];
  return [...new Set([...(env.PATH ?? '').split(path.delimiter), ...directories])].filter(Boolean).join(path.delimiter);
}

/** PostgreSQL, Redis and NATS (one without users) for the io specs. Returns the variables that name them. */
export async function openTestStores({ directory, found, children }) {
  const data = new DataDirectory(directory).open();
  const identities = await Identities.open(data.path('identities'));
  const common = { data, children, identities, ports: new PortBook(), durable: false };
  const nats = privateNats({ program: found.nats.program, data, children, rules: '' });
  const [postgres, redis] = await Promise.all([
    openPostgres({ ...common, found: found.postgres }),
    openRedis({ ...common, found: found.redis }),
    nats.open(),
  ]);
  return { TEST_POSTGRES_ADMIN_URL: postgres.maintenanceUrl, TEST_REDIS_URL: redis.url, TEST_NATS_URL: nats.url() };
}
