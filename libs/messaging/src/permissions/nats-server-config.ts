import { ServiceName } from '@tessera/vocabulary';
import type { BusPermissions, ServicePermissions } from './bus-permissions.js';
import { BUS_ACCOUNT, type BusTeam, exportsBlock, permissionRule, PUBLIC_NKEY, teamAccount } from './team-accounts.js';

/**
 * Public nkeys by service. Two of one service at the same time are a rotation: add the new one, reload, roll the service,
 * remove the old one, reload. A service without nkeys cannot connect.
 */
export type ServiceNkeys = Partial<Readonly<Record<ServiceName, readonly string[]>>>;

/** Everything {@link natsServerConfig} writes down. */
export interface NatsServerSettings {
  readonly permissions: BusPermissions;
  readonly nkeys: ServiceNkeys;
  /** Teams with an account of their own; none when absent. */
  readonly teams?: readonly BusTeam[];
  /** Address to listen on; 127.0.0.1 when absent. */
  readonly host?: string;
  /** Port to listen on; 4222 when absent. */
  readonly port?: number;
  /** Bytes of the largest message; 1 MiB when absent. A frame has at most 128 KiB unless one item alone is larger. */
  readonly payloadBytesMax?: number;
  readonly pidFile?: string;
  readonly tls?: { readonly certificateFile: string; readonly privateKeyFile: string; readonly authorityFile?: string };
}

/** A variable of the configuration or the environment of nats-server, which stands for an nkey in the committed file. */
const PLACEHOLDER = /^\$[A-Z][A-Z0-9_]*$/;

/** The configuration of a nats-server that enforces the permissions, for 2.9 and 2.10. It holds no secret. */
export function natsServerConfig(settings: NatsServerSettings): string {
  const { permissions, nkeys, teams = [], host = '127.0.0.1', port = 4222, payloadBytesMax = 1_048_576, pidFile, tls } = settings;
  return [
    `listen: ${JSON.stringify(`${host}:${port}`)}`,
    `max_payload: ${payloadBytesMax}`,
    ...(pidFile === undefined ? [] : [`pid_file: ${JSON.stringify(pidFile)}`]),
    ...(tls === undefined ? [] : tlsBlock(tls)),
    '',
    natsAccountsConfig(permissions, nkeys, teams),
  ].join('\n');
}

/**
 * The part that says who may do what, for inclusion in a configuration. Each nkey is a public one or a `$PLACEHOLDER`;
 * RangeError for anything else, so that a seed cannot end up in a file by mistake.
 */
export function natsAccountsConfig(permissions: BusPermissions, nkeys: ServiceNkeys, teams: readonly BusTeam[] = []): string {
  return accounts(permissions, nkeys, teams.map((team) => teamAccount(team)));
}

function accounts(permissions: BusPermissions, nkeys: ServiceNkeys, beside: readonly string[]): string {
  const users = ServiceName.options.flatMap((service) => (nkeys[service] ?? []).map((nkey) => user(service, nkey, permissions[service])));
  return [`accounts {`, `  ${BUS_ACCOUNT} {`, '    users: [', ...users, '    ]', ...exportsBlock(), '  }', ...beside, '}', ''].join('\n');
}

/**
 * The committed file: the permissions with two placeholders for each service, `$<SERVICE>_NKEY` and `$<SERVICE>_NKEY_STANDBY`. The
 * second nkey waits: a service is rolled to it at once when the first is lost, or at leisure when it is replaced (K8S-8). The
 * accounts of teams are a deployment's own, in a file beside it.
 */
export function permissionsFile(permissions: BusPermissions): string {
  const placeholders = Object.fromEntries(
    ServiceName.options.map((service) => {
      const name = `$${service.toUpperCase().replaceAll('-', '_')}_NKEY`;
      return [service, [name, `${name}_STANDBY`]];
    }),
  );
  return [
    '# Made from libs/contracts by tools/nats-permissions. Do not edit: change a contract and run it again.',
    '# The nkeys are public; nats-server takes them from its configuration or environment.',
    '',
    accounts(permissions, placeholders, ['  # The accounts of teams: node tools/nats-permissions/teams.mjs <declaration files>', '  include "teams.conf"']),
  ].join('\n');
}

function user(service: ServiceName, nkey: string, permissions: ServicePermissions): string {
  if (!PUBLIC_NKEY.test(nkey) && !PLACEHOLDER.test(nkey)) throw new RangeError(`an nkey of ${service} is not a public user nkey (U...)`);
  return [
    `      { # ${service}`,
    `        nkey: ${nkey}`,
    '        permissions: {',
    ...permissionRule('publish', permissions.publish),
    ...permissionRule('subscribe', permissions.subscribe),
    '        }',
    '      }',
  ].join('\n');
}

function tlsBlock(tls: NonNullable<NatsServerSettings['tls']>): string[] {
  return [
    'tls {',
    `  cert_file: ${JSON.stringify(tls.certificateFile)}`,
    `  key_file: ${JSON.stringify(tls.privateKeyFile)}`,
    ...(tls.authorityFile === undefined ? [] : [`  ca_file: ${JSON.stringify(tls.authorityFile)}`, '  verify: true']),
    '}',
  ];
}
