import { ServiceName } from '@tessera/vocabulary';
import type { BusPermissions, ServicePermissions } from './bus-permissions.js';

/**
 * Public nkeys by service. Two of one service at the same time are a rotation: add the new one, reload, roll the service,
 * remove the old one, reload. A service without nkeys cannot connect.
 */
export type ServiceNkeys = Partial<Readonly<Record<ServiceName, readonly string[]>>>;

/** Everything {@link natsServerConfig} writes down. */
export interface NatsServerSettings {
  readonly permissions: BusPermissions;
  readonly nkeys: ServiceNkeys;
  /** Address to listen on; 127.0.0.1 when absent. */
  readonly host?: string;
  /** Port to listen on; 4222 when absent. */
  readonly port?: number;
  /** Bytes of the largest message; 1 MiB when absent. A frame has at most 128 KiB unless one item alone is larger. */
  readonly payloadBytesMax?: number;
  readonly pidFile?: string;
  readonly tls?: { readonly certificateFile: string; readonly privateKeyFile: string; readonly authorityFile?: string };
}

/** The one account of the services; teams get accounts of their own beside it (decision 9). */
export const BUS_ACCOUNT = 'TESSERA';

const PUBLIC_NKEY = /^U[A-Z2-7]{55}$/;
/** A variable of the configuration or the environment of nats-server, which stands for an nkey in the committed file. */
const PLACEHOLDER = /^\$[A-Z][A-Z0-9_]*$/;

/** The configuration of a nats-server that enforces the permissions, for 2.9 and 2.10. It holds no secret. */
export function natsServerConfig(settings: NatsServerSettings): string {
  const { permissions, nkeys, host = '127.0.0.1', port = 4222, payloadBytesMax = 1_048_576, pidFile, tls } = settings;
  return [
    `listen: ${JSON.stringify(`${host}:${port}`)}`,
    `max_payload: ${payloadBytesMax}`,
    ...(pidFile === undefined ? [] : [`pid_file: ${JSON.stringify(pidFile)}`]),
    ...(tls === undefined ? [] : tlsBlock(tls)),
    '',
    natsAccountsConfig(permissions, nkeys),
  ].join('\n');
}

/**
 * The part that says who may do what, for inclusion in a configuration. Each nkey is a public one or a `$PLACEHOLDER`;
 * RangeError for anything else, so that a seed cannot end up in a file by mistake.
 */
export function natsAccountsConfig(permissions: BusPermissions, nkeys: ServiceNkeys): string {
  const users = ServiceName.options.flatMap((service) => (nkeys[service] ?? []).map((nkey) => user(service, nkey, permissions[service])));
  return [`accounts {`, `  ${BUS_ACCOUNT} {`, '    users: [', ...users, '    ]', '  }', '}', ''].join('\n');
}

/**
 * The committed file: the permissions with two placeholders for each service, `$<SERVICE>_NKEY` and `$<SERVICE>_NKEY_STANDBY`. The
 * second nkey waits: a service is rolled to it at once when the first is lost, or at leisure when it is replaced (K8S-8).
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
    natsAccountsConfig(permissions, placeholders),
  ].join('\n');
}

function user(service: ServiceName, nkey: string, permissions: ServicePermissions): string {
  if (!PUBLIC_NKEY.test(nkey) && !PLACEHOLDER.test(nkey)) throw new RangeError(`an nkey of ${service} is not a public user nkey (U...)`);
  return [
    `      { # ${service}`,
    `        nkey: ${nkey}`,
    '        permissions: {',
    ...rule('publish', permissions.publish),
    ...rule('subscribe', permissions.subscribe),
    '        }',
    '      }',
  ].join('\n');
}

/** An empty allow list allows everything in nats-server, so nothing is said as a denial of everything. */
function rule(verb: 'publish' | 'subscribe', subjects: readonly string[]): string[] {
  if (subjects.length === 0) return [`          ${verb}: { deny: [">"] }`];
  return [`          ${verb}: { allow: [`, ...subjects.map((subject) => `            ${JSON.stringify(subject)}`), '          ] }'];
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
