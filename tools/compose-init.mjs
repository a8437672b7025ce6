// node tools/compose-init.mjs: writes what docker-compose.yml mounts (.data/compose): one file per secret, Redis' and NATS'
// configuration, and addresses.env for `npm start` with docker-compose.data.yml. Keeps passwords and identities that exist; run it
// again after a contract or a port changed.
import fs from 'node:fs';
import path from 'node:path';
import { failureLine, LaunchFailure } from './launcher/failure.mjs';
import { writePrivately } from './launcher/private-files.mjs';
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
  const { declaredTeams } = await import('./nats-permissions/declared-teams.mjs');
  // Teams are declared like clients; NATS has to know their accounts before `tessera apply` can be asked.
  const teams = await declaredTeams((process.env.TEAM_DECLARATIONS ?? '').split(/\s+/).filter((file) => file !== ''));
  await writeFiles(path.join(ROOT, '.data/compose'), { identities, rules: await busRules(identities, teams) });
}

/** Readable by all inside a directory that only its owner can enter: the containers' users differ from ours. */
async function writeFiles(directory, { identities, rules }) {
  const { installationSecrets, REDIS_KEEPS, redisUsers } = await import('./deployment/secrets.mjs');
  fs.mkdirSync(path.join(directory, 'secrets'), { recursive: true, mode: 0o700 });
  fs.chmodSync(directory, 0o700);
  const write = (name, text) => fs.writeFileSync(path.join(directory, name), text, { mode: 0o644 });
  const secrets = installationSecrets(identities, { postgres: 'postgres:5432/tessera', redis: 'redis:6379' });
  const publicNkeys = {
    'key-management-nkey': identities.publicKey('key-management'),
    'service-nkeys': JSON.stringify(identities.publicKeys()),
  };
  for (const [name, value] of Object.entries({ ...secrets, ...publicNkeys })) write(`secrets/${name}`, `${value}\n`);
  fs.chmodSync(path.join(directory, 'secrets'), 0o755);
  const redis = ['bind 0.0.0.0', 'dir /data', ...REDIS_KEEPS, ...redisUsers(identities)];
  write('redis.conf', `${redis.join('\n')}\n`);
  write('nats.conf', `listen: "0.0.0.0:4222"\nhttp: "127.0.0.1:8222"\n\n${rules}`);
  writePrivately(path.join(directory, 'addresses.env'), addresses(identities, secrets));
  console.log(
    `${directory} is written. Next: docker compose up -d --wait. For the data services alone see docker-compose.data.yml.`,
  );
}

/** For a Tessera outside of the containers: the data services as docker-compose.data.yml publishes them. */
function addresses(identities, secrets) {
  const owner = `postgresql://tessera_owner:${secrets['postgres-owner-password']}`;
  const lines = {
    DATABASE_URL: `${owner}@127.0.0.1:${portOf('POSTGRES_PORT', 5432)}/tessera`,
    REDIS_URL: `redis://operator:${identities.password('redis-operator')}@127.0.0.1:${portOf('REDIS_PORT', 6379)}`,
    NATS_URL: `nats://127.0.0.1:${portOf('NATS_PORT', 4222)}`,
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

main().catch((error) => {
  console.error(`compose-init: ${failureLine(error)}`);
  process.exit(1);
});
