import type { ClientDetails } from '@tessera/contracts';
import { parseCommandLine } from '../command-line.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { withSession } from '../with-session.js';
import { getClient } from './get-client.js';

/** `tessera client show`. */
export async function showClientCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const line = parseCommandLine('client show', words, { flags: [], arguments: ['the client_id'] });
  const client = await withSession(surroundings, ({ services }) => getClient(line.arguments[0] ?? '', services));
  const { terminal } = surroundings;
  if (line.flag('json')) terminal.out(JSON.stringify(client));
  else for (const [name, value] of described(client)) terminal.out(`${name.padEnd(32)}${value}`);
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
    ['secrets', secrets.join('; ') || '-'],
    ...keySet(client),
    ['created', client.createdAt],
    ['updated', client.updatedAt],
  ];
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
