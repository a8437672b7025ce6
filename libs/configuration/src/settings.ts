import { z } from 'zod';

const PORT_MAX = 65_535;

/** Digits only: coercion would read a blank as 0 and `0x50` as 80. */
const wholeNumber = (message: string) => z.string().regex(/^\d{1,15}$/, message).transform(Number);

/** A TCP port; 0 lets the system choose. */
export const port = wholeNumber('expected a port number').pipe(z.number().max(PORT_MAX, 'expected a port number'));

/** A count of something that there must be at least one of. */
export const positiveCount = wholeNumber('expected a whole number above 0').pipe(z.number().positive('expected a whole number above 0'));

/**
 * The issuer identifier (RFC 8414 §2, OIDC Discovery §3): an https URL without query or fragment and without a trailing
 * slash. Plain http is for loopback only, so that `npm start` works without certificates (UIX-1).
 */
export const issuer = z.string().transform((value, context) => {
  const problem = issuerProblem(value);
  if (problem === null) return value;
  context.addIssue({ code: 'custom', message: problem });
  return z.NEVER;
});

function issuerProblem(value: string): string | null {
  if (!URL.canParse(value)) return 'expected an absolute https URL, for example https://login.example.com';
  const url = new URL(value);
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return 'an issuer has no query, fragment or credentials (RFC 8414 §2)';
  if (value.endsWith('/')) return 'write the issuer without a trailing slash';
  // Issuers are compared as strings (RFC 8414 §3.3), so it must read as every URL parser writes it.
  if (value !== url.href && `${value}/` !== url.href) return 'write the issuer in lower case, without blanks, default port or empty query';
  if (url.protocol === 'https:') return null;
  if (url.protocol === 'http:' && isLoopback(url.hostname)) return null;
  return 'an issuer is https; http is for localhost only';
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** A variable that holds JSON, checked against a schema. */
export function json<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'expected JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** A comma-separated list without empty members. */
export const list = z.string().transform((value) =>
  value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== ''),
);

/** Public nkeys (`U...`, 56 characters) as a comma-separated list: several while one is being replaced. */
export const publicNkeys = list.refine((keys) => keys.length > 0 && keys.every((key) => /^U[A-Z2-7]{55}$/.test(key)), {
  message: 'expected public nkeys, each beginning with U',
});

function isCollector(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password + url.search + url.hash === '';
}

/** What every process of this deployment reads. */
export const COMMON_SETTINGS = {
  TESSERA_ISSUER: issuer,
  NATS_URL: z.string().regex(/^(nats|tls):\/\//, 'expected nats://host:port or tls://host:port'),
  NATS_SEED: z.string().regex(/^SU[A-Z2-7]{56}$/, 'expected an nkey user seed, beginning with SU'),
  OPS_HOST: z.string().default('127.0.0.1'),
  OPS_PORT: port,
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  /** The OTLP/HTTP address of a collector of traces, without the path of the signal; without it there are none. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().refine(isCollector, 'expected http(s)://host:port without credentials and query').optional(),
  /** The share of traces that is recorded, where one begins here; what continues a trace follows it. */
  OTEL_TRACES_SAMPLER_ARG: z.string().regex(/^(0|1|0?\.\d{1,6}|1\.0{1,6})$/, 'expected a share from 0 to 1, for example 0.01').default('0.005').transform(Number),
} as const;

/** A PostgreSQL address in URL form. */
export const postgresUrl = url(/^postgres(ql)?:\/\//, 'expected postgresql://user@host:port/database');

/** A Redis address in URL form. */
export const redisUrl = url(/^rediss?:\/\/./, 'expected redis://host:port');

function url(scheme: RegExp, message: string) {
  return z.string().refine((value) => scheme.test(value) && URL.canParse(value), message);
}
