import fs from 'node:fs';
import { LaunchFailure } from './failure.mjs';
import { freePort, isPortFree, nextFreePort } from './ports.mjs';
import { writePrivately } from './private-files.mjs';
import { inheritedEnvironment, ServiceProcess } from './services.mjs';

const DEFAULT_PORT = 3001;
const SPEC = { name: 'playground', main: 'apps/playground/dist/main.js', stores: [], flags: ['--max-semi-space-size=2'] };

/**
 * Where the playground listens and what its origin is. 127.0.0.1 where the issuer says localhost: to a browser those are two sites,
 * as an app and its provider are, and cookies of one do not reach the other.
 */
export async function choosePlayground({ env, gatewayPort, anyPort = false }) {
  const port = env.PLAYGROUND_PORT ? await fixedPort(env.PLAYGROUND_PORT, gatewayPort) : await chosenPort(gatewayPort, anyPort);
  return { port, origin: env.PLAYGROUND_ORIGIN || `http://127.0.0.1:${port}` };
}

async function fixedPort(text, gatewayPort) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new LaunchFailure(`PLAYGROUND_PORT is ${JSON.stringify(text)}: set it to a number from 1 to 65535, or unset it.`);
  if (port !== gatewayPort && (await isPortFree(port))) return port;
  throw new LaunchFailure(`port ${port} is taken: set PLAYGROUND_PORT to a free one, or unset it.`);
}

async function chosenPort(gatewayPort, anyPort) {
  if (anyPort) return freePort();
  return nextFreePort(gatewayPort === DEFAULT_PORT ? DEFAULT_PORT + 1 : DEFAULT_PORT);
}

/** The addresses that config/demo.yaml takes from the environment. */
export function playgroundVariables(origin) {
  return {
    PLAYGROUND_REDIRECT_URIS: `${origin}/callback`,
    PLAYGROUND_SIGNED_OUT_URIS: `${origin}/signed-out`,
    PLAYGROUND_URI: `${origin}/`,
    PLAYGROUND_POLICY_URI: `${origin}/policy`,
    PLAYGROUND_TERMS_URI: `${origin}/terms`,
  };
}

const TRUSTED_FILE = 'playground-ca.pem';
const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Whom the playground trusts beside the authorities Node.js knows: those it was told, and the certificate of the listener, which
 * may have signed itself. Node.js takes one file only.
 */
function trust(env, file) {
  if (!env.TLS_CERTIFICATE_FILE) return {};
  const sources = [env.NODE_EXTRA_CA_CERTS, env.TLS_CERTIFICATE_FILE].filter((source) => source && fs.existsSync(source));
  const certificates = sources.flatMap((source) => fs.readFileSync(source, 'utf8').match(CERTIFICATES) ?? []);
  writePrivately(file, `${certificates.join('\n')}\n`);
  return { NODE_EXTRA_CA_CERTS: file };
}

/** The process of the playground. It answers /readyz where it serves. */
export function playgroundProcess({ root, data, children, issuer, playground, env, onDeath }) {
  const environment = {
    ...inheritedEnvironment('playground', env),
    ...trust(env, data.path(TRUSTED_FILE)),
    NODE_ENV: 'production',
    TESSERA_ISSUER: issuer,
    PLAYGROUND_ORIGIN: playground.origin,
    PLAYGROUND_PORT: String(playground.port),
    DEMO_FILE: data.path('demo.json'),
  };
  return new ServiceProcess({ name: 'playground', spec: SPEC, root, env: environment, opsPort: playground.port, children, onDeath });
}
