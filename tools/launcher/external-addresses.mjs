import { LaunchFailure } from './failure.mjs';
import { canConnect } from './ports.mjs';

const KINDS = {
  postgres: {
    variable: 'DATABASE_URL',
    protocols: ['postgresql:', 'postgres:'],
    port: 5432,
    example: 'postgresql://owner:password@127.0.0.1:5432/tessera',
  },
  redis: { variable: 'REDIS_URL', protocols: ['redis:', 'rediss:'], port: 6379, example: 'redis://:password@127.0.0.1:6379' },
  nats: { variable: 'NATS_URL', protocols: ['nats:', 'tls:'], port: 4222, example: 'nats://127.0.0.1:4222' },
};

/** The address of a part that the environment names, checked for form; null when it names none. */
export function externalAddress(part, env = process.env) {
  const { variable, protocols, port, example } = KINDS[part];
  const value = env[variable];
  if (value === undefined || value === '') return null;
  let url;
  try {
    url = new URL(value);
  } catch {
    throw new LaunchFailure(
      `${variable} is not an address: set it to something like ${example}, or unset it for a private instance.`,
    );
  }
  if (!protocols.includes(url.protocol))
    throw new LaunchFailure(
      `${variable} must begin with ${protocols.join(' or ')}: set it to something like ${example}, or unset it for a private instance.`,
    );
  if (part === 'postgres' && url.pathname.length < 2)
    throw new LaunchFailure(`${variable} names no database: set it to something like ${example}.`);
  return { variable, url: value, host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || port) };
}

/** Stops with one line when nobody answers at the address. */
export async function requireReachable({ variable, host, port }) {
  if (await canConnect(host, port, 3000)) return;
  throw new LaunchFailure(
    `nobody answers at ${host}:${port} (${variable}): start that server, or unset ${variable} for a private instance.`,
  );
}
