import { fork } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { runLoad } from '../load/run-load.mjs';
import { processorMicroseconds } from '../measure/processor-time.mjs';

const SIGNATURES = 20_000;
const CLAIMS = Buffer.from(
  JSON.stringify({
    iss: 'https://as.example.com',
    sub: 'demo-service',
    aud: 'https://api.example.com',
    client_id: 'demo-service',
    iat: 1_760_000_000,
    exp: 1_760_000_600,
    jti: 'Zk3y0bS0mP1Q9c7Jv5x2Lw',
  }),
);

/** CPU microseconds of one ES256 signature, the part of issuing that cannot be argued away. */
export function signatureMicroseconds() {
  return signing({ key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, dsaEncoding: 'ieee-p1363' }, SIGNATURES);
}

/** CPU microseconds of one RS256 signature, which every ID token has unless its client registered another algorithm. */
export function rsaSignatureMicroseconds() {
  return signing({ key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey }, SIGNATURES / 10);
}

function signing(key, signatures) {
  for (let count = 0; count < signatures / 10; count += 1) sign('sha256', CLAIMS, key);
  const before = process.cpuUsage();
  for (let count = 0; count < signatures; count += 1) sign('sha256', CLAIMS, key);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / signatures;
}

/** Parameters in a hash as it is stored (PHC string format). */
const STORED_PARAMETERS = /\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/;

/** The parameters of the passwords that are stored: `{ memoryKib, passes, lanes }`. */
export async function storedHashParameters(client) {
  const { rows } = await client.query("SELECT secret FROM credential WHERE kind = 'password' ORDER BY changed_at DESC LIMIT 1");
  const found = STORED_PARAMETERS.exec(rows[0]?.secret ?? '');
  if (found === null) throw new Error('no stored password tells how it was hashed');
  const [memoryKib, passes, lanes] = found.slice(1).map(Number);
  return { memoryKib, passes, lanes };
}

/** Authorization hashes so many passwords at a time. */
const HASHES_AT_ONCE = 2;

/**
 * CPU microseconds of one password hash; as many at once as under the load it is set beside, because hashing waits for memory and
 * costs more when another core does it too.
 */
export async function passwordHashMicroseconds({ memoryKib, passes, lanes }, seconds) {
  const args = [memoryKib, passes, lanes, HASHES_AT_ONCE, seconds].map(String);
  const child = fork(fileURLToPath(new URL('password-hashing.mjs', import.meta.url)), args);
  const { microseconds } = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => reject(new Error('the password hash could not be measured')));
  });
  return microseconds;
}

/** A bare Fastify under the same closed loop. */
export async function bareFastify({ connections, seconds, warmup }) {
  const server = fork(fileURLToPath(new URL('bare-fastify.mjs', import.meta.url)), {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const { port } = await new Promise((resolve, reject) => {
    server.once('message', resolve);
    server.once('exit', () => reject(new Error('the bare server did not start')));
  });
  const request = { kind: 'same', method: 'GET', path: '/', host: `127.0.0.1:${port}`, headers: {} };
  try {
    const result = await runLoad(
      { host: '127.0.0.1', port, connections, seconds, warmupSeconds: warmup, request, expected: 'hello' },
      async (go) => {
        const before = processorMicroseconds(server.pid);
        await go();
        return processorMicroseconds(server.pid) - before;
      },
    );
    return { perSecond: result.perSecond, latencyMs: result.latencyMs, microseconds: result.observation / result.requests };
  } finally {
    server.kill();
  }
}
