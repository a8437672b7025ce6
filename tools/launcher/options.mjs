import { parseArgs } from 'node:util';
import { LaunchFailure } from './failure.mjs';

export const HELP = `npm start [-- options]   Starts Tessera: what it needs, its six processes, the playground. Ctrl-C stops all of it.

Options
  --fresh              forget databases, keys and demo clients of earlier starts, begin anew
  --conformance        https on a self-signed certificate, open registration: what certification plans need (docs/conformance.md)
  --token-replicas N   processes of the token service (1)
  --no-packages        never call apt-get or npm for PostgreSQL, Redis or NATS
  --no-build           start what is built; no npm ci, no compiler
  --help               this text

Environment
  TESSERA_ISSUER       issuer identifier (http://localhost:3000, or the next free port)
  PORT, HOST           where the gateway listens
  PLAYGROUND_PORT, PLAYGROUND_HOST   where the playground listens (127.0.0.1:3001, or the next free port)
  PLAYGROUND_ORIGIN    where browsers find it (http://127.0.0.1:<port>)
  PASSWORD_GRANT       off: without the password grant, which the demo shows
  DATABASE_URL         PostgreSQL 15 or newer, as owner of an empty database; else a private instance
  REDIS_URL            Redis 7; else a private instance
  NATS_URL             NATS with the rules of tools/compose-init.mjs; else a private instance
  NATS_SEED_DIRECTORY  seeds <service>.seed that the NATS at NATS_URL knows (those of the data directory)
  TESSERA_DATA_DIR     where private instances, keys, logs and demo.json live (.data)
  REQUIRE_PUSHED_AUTHORIZATION_REQUESTS   on: every client has to push (off)
  REQUEST_URI          on: request objects are fetched from the registered request_uris of clients (off)
  CLIENT_REGISTRATION  token: clients register with a token of tessera registration-token; open: any client may (off)
  REGISTERED_CLIENT_RESPONSE_TYPES, REGISTERED_CLIENT_PKCE, UNUSED_REGISTRATION_SECONDS, SOURCE_REGISTRATIONS_PER_MINUTE
                       what registered clients may be (code, on, 604800, 60)
  APPROVAL_EMAIL, SMTP_URL, MAIL_FROM, MAIL_FOLDER, WEB_PUSH_KEY, APPROVAL_WEBHOOK_URL, APPROVAL_WEBHOOK_SECRET, APPROVAL_COMPLETION, APPROVAL_COMPLETION_SECRET
                       how people are reached: docs/operations.md
  TLS_CERTIFICATE_FILE, TLS_PRIVATE_KEY_FILE, TRUSTED_PROXIES, KEY_POLICY, LOG_LEVEL, SESSION_IDLE_SECONDS,
  SESSION_LIFETIME_SECONDS, PUSHED_REQUEST_LIFETIME_SECONDS   passed on to the services
`;

/** The options of `npm start`. */
export function parseOptions(args) {
  const { values } = readArguments(args);
  const tokenReplicas = Number(values['token-replicas']);
  if (!Number.isInteger(tokenReplicas) || tokenReplicas < 1 || tokenReplicas > 16)
    throw new LaunchFailure(`--token-replicas is ${JSON.stringify(values['token-replicas'])}: give a whole number from 1 to 16.`);
  return {
    help: values.help,
    fresh: values.fresh,
    conformance: values.conformance,
    tokenReplicas,
    mayInstall: !values['no-packages'],
    prepare: !values['no-build'],
  };
}

function readArguments(args) {
  try {
    return parseArgs({
      args,
      options: {
        fresh: { type: 'boolean', default: false },
        conformance: { type: 'boolean', default: false },
        'token-replicas': { type: 'string', default: '1' },
        'no-packages': { type: 'boolean', default: false },
        'no-build': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new LaunchFailure(`${error.message.split('. ')[0]}: see \`npm start -- --help\`.`);
  }
}
