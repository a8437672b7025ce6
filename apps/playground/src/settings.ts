import { isIP } from 'node:net';
import { issuer, port } from '@tessera/configuration';
import { z } from 'zod';

/** An origin as browsers write it: scheme, host and port, nothing behind. */
const origin = z.string().refine((value) => URL.canParse(value) && new URL(value).origin === value, 'expected an origin, for example http://127.0.0.1:3001');

/** What the playground reads. */
export const PLAYGROUND_SETTINGS = {
  TESSERA_ISSUER: issuer,
  /** The origin people see in the address bar; the redirect URIs of the demo clients are below it. */
  PLAYGROUND_ORIGIN: origin.default('http://127.0.0.1:3001'),
  PLAYGROUND_HOST: z.string().refine((host) => isIP(host) !== 0, 'expected an IP address, for example 127.0.0.1').default('127.0.0.1'),
  PLAYGROUND_PORT: port.default(3001),
  /** The file the start of the demo writes: clients with their secrets, people with their passwords. */
  DEMO_FILE: z.string(),
} as const;
