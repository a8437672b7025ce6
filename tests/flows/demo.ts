import { readFileSync } from 'node:fs';
import pg from 'pg';
import { z } from 'zod';

/** What `npm start` writes for scripts: where the system is, and every demo client with its credentials. */
const Demo = z.object({
  issuer: z.string(),
  clients: z.array(
    z.object({
      client_id: z.string(),
      method: z.string(),
      client_secret: z.string().optional(),
      private_key_jwk: z.record(z.string(), z.unknown()).optional(),
      redirect_uris: z.array(z.string()).default([]),
    }),
  ),
  users: z.array(z.object({ username: z.string(), password: z.string() })).default([]),
  teams: z.array(z.object({ name: z.string(), nkeys: z.array(z.string()), seed: z.string() })).default([]),
  addresses: z.object({ postgres: z.string(), nats: z.string(), redis: z.string() }).loose(),
});

/** One demo client. */
export type DemoClient = z.infer<typeof Demo>['clients'][number];

/** The running system under test, as its own start described it. */
export const demo = (() => {
  const file = process.env['TESSERA_DEMO'];
  if (file === undefined) throw new Error('TESSERA_DEMO must name the demo.json of a running system; npm test sets it');
  const parsed = Demo.parse(JSON.parse(readFileSync(file, 'utf8')));
  return { ...parsed, origin: new URL(parsed.issuer).origin };
})();

/** A demo client by id; missing means the demo declaration and the tests have parted. */
export function demoClient(clientId: string): DemoClient {
  const found = demo.clients.find((one) => one.client_id === clientId);
  if (found === undefined) throw new Error(`the demo has no client ${clientId}`);
  return found;
}

/** A demo user by name. */
export function demoUser(username: string): { readonly username: string; readonly password: string } {
  const found = demo.users.find((one) => one.username === username);
  if (found === undefined) throw new Error(`the demo has no user ${username}`);
  return found;
}

/** RFC 6749 §2.3.1: id and secret form-encoded, then base64. */
export function basic(client: DemoClient, secret = client.client_secret ?? ''): string {
  const encode = (value: string) => encodeURIComponent(value).replaceAll('%20', '+');
  return `Basic ${Buffer.from(`${encode(client.client_id)}:${encode(secret)}`).toString('base64')}`;
}

/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

/** Posts a form as written: pairs may repeat, headers may be wrong, nothing is corrected on the way. */
export async function post(
  path: string,
  parameters: Readonly<Record<string, string>> | readonly (readonly [string, string])[] | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const body = typeof parameters === 'string' ? parameters : formOf(parameters);
  const response = await fetch(`${demo.issuer}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

function formOf(parameters: Readonly<Record<string, string>> | readonly (readonly [string, string])[]): string {
  const form = new URLSearchParams();
  const pairs: Iterable<readonly [string, string]> = isList(parameters) ? parameters : Object.entries(parameters);
  for (const [name, value] of pairs) form.append(name, value);
  return form.toString();
}

function isList(value: unknown): value is readonly (readonly [string, string])[] {
  return Array.isArray(value);
}

function parsed(text: string): Record<string, unknown> {
  if (text === '') return {};
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Counts the rows of everything a request may change, so that "nothing changed" is a comparison. */
export async function rowCounts(): Promise<Record<string, string>> {
  const database = new pg.Client({ connectionString: demo.addresses.postgres });
  await database.connect();
  try {
    const tables = ['client', 'client_secret', 'resource', 'opaque_access_token', 'revoked_jti', 'replay_ledger'];
    const counts = tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`);
    const { rows } = await database.query(`SELECT ${counts.join(', ')}`);
    return rows[0];
  } finally {
    await database.end();
  }
}
