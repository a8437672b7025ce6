import { LaunchFailure } from './failure.mjs';
import { freePort, isPortFree, nextFreePort } from './ports.mjs';

const DEFAULT_PORT = 3000;

/**
 * The issuer and the gateway's port: as configured (TESSERA_ISSUER, PORT), else http://localhost:3000, else the next free port.
 * `anyPort` takes a random one, for systems that live beside others, in tests.
 */
export async function chooseIssuer({ env, anyPort = false }) {
  const configured = env.TESSERA_ISSUER ? parseIssuer(env.TESSERA_ISSUER) : null;
  const wanted = env.PORT ? parsePort(env.PORT) : loopbackPort(configured);
  if (wanted !== null && !(await isPortFree(wanted)))
    throw new LaunchFailure(
      `port ${wanted} is taken by another program: stop it, or set PORT (and TESSERA_ISSUER) to a free one.`,
    );
  const port = wanted ?? (anyPort ? await freePort() : await nextFreePort(DEFAULT_PORT));
  const scheme = env.TLS_CERTIFICATE_FILE || env.TLS_CERTIFICATE ? 'https' : 'http';
  return { port, issuer: configured?.text ?? `${scheme}://localhost:${port}` };
}

function parsePort(text) {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new LaunchFailure(`PORT is ${JSON.stringify(text)}: set it to a number from 1 to 65535, or unset it.`);
}

function parseIssuer(text) {
  if (URL.canParse(text)) return { text, url: new URL(text) };
  throw new LaunchFailure(
    `TESSERA_ISSUER is ${JSON.stringify(text)}: set it to an address like http://localhost:3000 or https://login.example.com, or unset it.`,
  );
}

/** An issuer on this machine names the port to listen on; one behind a proxy does not. */
function loopbackPort(configured) {
  if (configured === null || !['localhost', '127.0.0.1', '[::1]'].includes(configured.url.hostname)) return null;
  return Number(configured.url.port) || (configured.url.protocol === 'https:' ? 443 : 80);
}
