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
  const key = { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, dsaEncoding: 'ieee-p1363' };
  for (let count = 0; count < SIGNATURES / 10; count += 1) sign('sha256', CLAIMS, key);
  const before = process.cpuUsage();
  for (let count = 0; count < SIGNATURES; count += 1) sign('sha256', CLAIMS, key);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / SIGNATURES;
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
