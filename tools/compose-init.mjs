// node tools/compose-init.mjs: writes what docker-compose.yml mounts (.data/compose): passwords, Redis' and NATS' configuration, and
// addresses.env for `npm start`. Keeps passwords and identities that exist; run it again after a contract or a port changed.
import fs from 'node:fs';
import path from 'node:path';
import { failureLine, LaunchFailure } from './launcher/failure.mjs';
import { requireNode } from './launcher/requirements.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');

function portOf(name, fallback) {
  const port = Number(process.env[name] ?? fallback);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new LaunchFailure(`${name} is ${JSON.stringify(process.env[name])}: set it to a port number, or unset it.`);
}

async function main() {
  requireNode();
  const envFile = path.join(ROOT, '.env');
  if (fs.existsSync(envFile)) process.loadEnvFile(envFile);
  const { installDependencies, generateClient, build } = await import('./launcher/installation.mjs');
  await installDependencies(ROOT);
  await generateClient(ROOT);
  await build(ROOT);
  const { Identities } = await import('./launcher/identities.mjs');
  const { busRules } = await import('./launcher/bus.mjs');
  const data = path.resolve(ROOT, process.env.TESSERA_DATA_DIR || '.data');
  const identities = await Identities.open(path.join(data, 'identities'));
  writeFiles(path.join(ROOT, '.data/compose'), { identities, rules: await busRules(identities) });
}

/** Readable by all inside a directory that only its owner can enter: the containers' users differ from ours. */
function writeFiles(directory, { identities, rules }) {
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const write = (name, text) => fs.writeFileSync(path.join(directory, name), text, { mode: 0o644 });
  const [postgres, redis] = [identities.password('compose-postgres'), identities.password('compose-redis')];
  write('postgres-password', postgres);
  write('redis-password', redis);
  write(
    'redis.conf',
    ['bind 0.0.0.0', 'dir /data', `requirepass ${redis}`, 'maxmemory-policy noeviction', 'appendonly yes', 'save ""', ''].join(
      '\n',
    ),
  );
  write('nats.conf', `listen: "0.0.0.0:4222"\nhttp: "127.0.0.1:8222"\n\n${rules}`);
  const addresses = {
    DATABASE_URL: `postgresql://tessera_owner:${postgres}@127.0.0.1:${portOf('POSTGRES_PORT', 5432)}/tessera`,
    REDIS_URL: `redis://:${redis}@127.0.0.1:${portOf('REDIS_PORT', 6379)}`,
    NATS_URL: `nats://127.0.0.1:${portOf('NATS_PORT', 4222)}`,
  };
  fs.writeFileSync(
    path.join(directory, 'addresses.env'),
    Object.entries(addresses)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
    { mode: 0o600 },
  );
  console.log(
    `${directory} is written. Next: docker compose up -d --wait; set -a; . .data/compose/addresses.env; set +a; npm start`,
  );
}

main().catch((error) => {
  console.error(`compose-init: ${failureLine(error)}`);
  process.exit(1);
});
