import type { ClientDetails } from '@tessera/contracts';
import { writtenName } from '../apply/file-vocabulary.js';
import { parseCommandLine } from '../command-line.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { withSession } from '../with-session.js';
import { getClient } from './get-client.js';

/** Characters of the longest name, and two spaces. */
const NAME_WIDTH = 'backchannel_authentication_request_signing_alg'.length + 2;

/** `tessera client show`. */
export async function showClientCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const line = parseCommandLine('client show', words, { flags: [], arguments: ['the client_id'] });
  const client = await withSession(surroundings, ({ services }) => getClient(line.arguments[0] ?? '', services));
  const { terminal } = surroundings;
  if (line.flag('json')) terminal.out(JSON.stringify(client));
  else for (const [name, value] of described(client)) terminal.out(`${name.padEnd(NAME_WIDTH)}${value}`);
  return EXIT.done;
}

/** In the names of a declaration file, so that what is shown can be declared. */
function described(client: ClientDetails): readonly (readonly [string, string])[] {
  const secrets = client.secrets.map((one) =>
    one.expiresAt === null ? `since ${one.createdAt}` : `since ${one.createdAt}, until ${one.expiresAt}`,
  );
  return [
    ['client_id', client.clientId],
    ['client_name', client.name],
    ['enabled', String(client.enabled)],
    ['managed by', client.managedBy],
    ['profile', client.profile],
    ['token_endpoint_auth_method', client.authenticationMethod],
    ['token_endpoint_auth_signing_alg', client.assertionAlgorithm ?? '-'],
    ['grant_types', client.grantTypes.join(' ') || '-'],
    ['scope', client.scope.join(' ') || '-'],
    ['resources', client.resources.join(' ') || '-'],
    ['default_resource', client.defaultResource ?? '-'],
    ['access_token_lifetime_seconds', client.accessTokenLifetimeSeconds?.toString() ?? 'as the resource says'],
    ...registration(client),
    ['secrets', secrets.join('; ') || '-'],
    ...keySet(client),
    ['created', client.createdAt],
    ['updated', client.updatedAt],
  ];
}

/** What was registered for signing people in, of clients that do: every grant but one has a person. A dash is what the provider decides, or nothing. */
function registration({ grantTypes, registration: registered }: ClientDetails): readonly (readonly [string, string])[] {
  if (grantTypes.every((one) => one === 'client_credentials')) return [];
  return Object.entries(registered).map(([member, value]) => [writtenName('clients', member), shown(value)]);
}

function shown(value: string | number | boolean | null | readonly string[]): string {
  if (value === null) return '-';
  return (typeof value === 'object' ? value.map((one) => (one.includes(' ') ? `"${one}"` : one)).join(' ') : String(value)) || '-';
}

function keySet({ keySet: keys, jwksUri }: ClientDetails): readonly (readonly [string, string])[] {
  if (keys === null) return [];
  const held = ['keys', keys.keys.join(' ') || 'none yet'] as const;
  if (keys.source === 'value') return [held];
  return [
    ['jwks_uri', jwksUri ?? '-'],
    held,
    ['keys fetched', keys.fetchedAt ?? 'never'],
    ['last fetch failed', keys.failure ?? 'no'],
  ];
}
