import http from 'node:http';
import path from 'node:path';
import { LaunchFailure } from './failure.mjs';
import { freePort } from './ports.mjs';
import { until } from './waiting.mjs';

const READY_MS_MAX = 60_000;
const PROBE_MS_MAX = 2_000;
const REMINDER_MS = 10_000;

/**
 * The young generation of V8 grows to three times 16 MB with the garbage of the start and is kept by a process that then has little
 * to do. On the path of every request the default stays: with 4 MB instead, a token cost a fifth more CPU (bench).
 */
const SMALL_YOUNG_GENERATION = '--max-semi-space-size=2';

/** The six processes of the system, in the order their pages list them. `stores`: what each connects to besides NATS. */
export const SERVICES = [
  { name: 'key-management', main: 'apps/key-management/dist/main.js', stores: ['postgres'], flags: [SMALL_YOUNG_GENERATION] },
  { name: 'authorization', main: 'apps/authorization/dist/main.js', stores: ['postgres'], flags: [SMALL_YOUNG_GENERATION] },
  { name: 'token', main: 'apps/token/dist/main.js', stores: ['postgres'], flags: [] },
  { name: 'device-ciba', main: 'apps/device-ciba/dist/main.js', stores: ['postgres', 'redis'], flags: [SMALL_YOUNG_GENERATION] },
  { name: 'worker', main: 'apps/device-ciba/dist/worker.main.js', stores: ['redis'], flags: [SMALL_YOUNG_GENERATION] },
  { name: 'gateway', main: 'apps/gateway/dist/main.js', stores: ['redis'], flags: [] },
];

/** What a service may inherit from the launcher's own environment; everything else it gets by name. */
const INHERITED = /^(PATH|HOME|TZ|LANG|LC_.*|NODE_EXTRA_CA_CERTS|NODE_OPTIONS|LOG_LEVEL|TESSERA_RUN|OTEL_.*)$/;
/** Settings of single services that the person may give to `npm start`, with or without `_FILE`. */
const SETTINGS = {
  gateway:
    /^(HOST|TLS_CERTIFICATE|TLS_PRIVATE_KEY|TRUSTED_PROXIES|ALLOWED_HOSTS|CLIENT_FAILURES_PER_MINUTE|SOURCE_FAILURES_PER_MINUTE|SOURCE_PAGES_PER_MINUTE|SOURCE_REGISTRATIONS_PER_MINUTE|CLIENT_REGISTRATION|APPROVAL_COMPLETION|REQUEST_URI|REQUIRE_PUSHED_AUTHORIZATION_REQUESTS)(_FILE)?$/,
  authorization:
    /^(CLIENT_REGISTRATION|APPROVAL_COMPLETION|REGISTERED_CLIENT_RESPONSE_TYPES|REGISTERED_CLIENT_PKCE|UNUSED_REGISTRATION_SECONDS|REQUEST_URI|REQUIRE_PUSHED_AUTHORIZATION_REQUESTS|PUSHED_REQUEST_LIFETIME_SECONDS|SESSION_IDLE_SECONDS|SESSION_LIFETIME_SECONDS|OUTBOUND_PORTS|OUTBOUND_ALLOWED_HOSTS|OUTBOUND_CA)(_FILE)?$/,
  worker: /^(OUTBOUND_PORTS|OUTBOUND_ALLOWED_HOSTS|OUTBOUND_CA|MAIL_FOLDER|MAIL_FROM|SMTP_URL|SMTP_CA|SMTP_UNENCRYPTED)(_FILE)?$/,
  'device-ciba': /^(DEVICE_CODE_LIFETIME_SECONDS|DEVICE_CODES_PER_CLIENT|DEVICE_CODES_PER_SOURCE|USER_CODE_FAILURES_PER_SOURCE|BACKCHANNEL_REQUEST_LIFETIME_SECONDS|BACKCHANNEL_REQUESTS_PER_CLIENT|BACKCHANNEL_REQUESTS_PER_PERSON|APPROVAL_EMAIL|APPROVAL_WEBHOOK_URL|APPROVAL_WEBHOOK_SECRET|APPROVAL_COMPLETION_SECRET|WEB_PUSH_KEY|WEB_PUSH_CONTACT)(_FILE)?$/,
  'key-management': /^KEY_POLICY(_FILE)?$/,
  playground: /^PLAYGROUND_HOST$/,
};

/** The part of the launcher's environment that a service gets. */
export function inheritedEnvironment(service, env = process.env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => INHERITED.test(name) || SETTINGS[service]?.test(name)));
}

/** One running copy of a service. It keeps its ports through restarts. */
export class ServiceProcess {
  constructor({ name, spec, root, env, opsPort, children, onDeath }) {
    Object.assign(this, { name, service: spec.name, spec, root, env, opsPort, children, onDeath });
    this.child = null;
    this.started = 0;
  }

  get pid() {
    return this.child?.alive ? this.child.pid : null;
  }

  get opsUrl() {
    return `http://127.0.0.1:${this.opsPort}`;
  }

  get logFile() {
    return this.child?.logFile ?? null;
  }

  /** The last lines of its log. */
  logs(count) {
    return this.child?.lastLines(count) ?? [];
  }

  /** Starts the process and returns at once. */
  spawn() {
    const env = { ...this.env, OPS_HOST: '127.0.0.1', OPS_PORT: String(this.opsPort) };
    const { flags, main } = this.spec;
    const child = this.children.start(this.name, process.execPath, [...flags, path.join(this.root, main)], {
      env,
      cwd: this.root,
      append: this.started > 0,
    });
    this.started += 1;
    this.child = child;
    this.wasReady = false;
    void child.ended.then((end) => {
      if (!child.asked && this.wasReady) this.onDeath?.(this, end);
    });
  }

  /** Waits for /readyz. A process that ends before is a failure with its own last line; `note` hears what a slow one waits for. */
  async ready({ timeoutMs = READY_MS_MAX, note = () => {} } = {}) {
    const { child } = this;
    const reminder = setInterval(() => note(`${this.name}: ${plainLine(this.logs(1)[0])}`), REMINDER_MS);
    const ready = await until(() => this.probe('/readyz'), { timeoutMs, everyMs: 40, cancelled: () => !child.alive });
    clearInterval(reminder);
    if (ready) {
      this.wasReady = true;
      return;
    }
    const said = plainLine(this.logs(1)[0]);
    if (!child.alive) throw new LaunchFailure(`${this.name} stopped at start: ${said} (whole log: ${child.logFile}).`);
    throw new LaunchFailure(
      `${this.name} is not ready after ${timeoutMs / 1000} s: ${said} (whole log: ${child.logFile}; state: ${this.opsUrl}/readyz).`,
    );
  }

  /** Whether a probe of its operations port answers 200. */
  async probe(at) {
    return (await statusOf(`${this.opsUrl}${at}`)) === 200;
  }

  async start() {
    this.spawn();
    await this.ready();
  }

  /** Asks it to end as an operator would, and waits. Returns `{ code, signal }`. */
  stop() {
    return this.child?.stop();
  }

  /** Sends a signal, SIGKILL unless another is named. */
  kill(signal) {
    return this.child?.kill(signal);
  }

  /** Ends it when it still runs, and starts it again with the same ports and identity. */
  async restart() {
    await this.stop();
    await this.start();
  }
}

function statusOf(url) {
  return new Promise((resolve) => {
    const request = http.get(url, { timeout: PROBE_MS_MAX, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(null));
  });
}

/** The human part of a line that may be a JSON log record. */
export function plainLine(line) {
  if (line === undefined) return 'it wrote nothing';
  try {
    const record = JSON.parse(line);
    return [record.msg, record.error?.message].filter(Boolean).join(': ') || line;
  } catch {
    return line;
  }
}

/** Makes the processes of a system; `environmentOf(service)` gives what each needs to know. None is started. */
export async function createServices({ root, replicas, children, environmentOf, ports, onDeath }) {
  const processes = {};
  for (const spec of SERVICES) {
    for (let copy = 1; copy <= (replicas[spec.name] ?? 1); copy += 1) {
      const name = copy === 1 ? spec.name : `${spec.name}-${copy}`;
      const opsPort = await ports.take(`${name}.ops`);
      // Two cannot listen on one port: whoever starts a second gateway puts something before both.
      const own = spec.name === 'gateway' && copy > 1 ? { PORT: String(await ports.take(`${name}.http`)) } : {};
      processes[name] = new ServiceProcess({ name, spec, root, env: { ...environmentOf(spec), ...own }, opsPort, children, onDeath });
    }
  }
  return processes;
}

/** Key-management first, because nobody is ready without keys; then all others at once. */
export async function startServices(processes, { onReady, note }) {
  const all = Object.values(processes);
  const [first, rest] = [
    all.filter((one) => one.service === 'key-management'),
    all.filter((one) => one.service !== 'key-management'),
  ];
  for (const group of [first, rest]) {
    for (const one of group) one.spawn();
    await Promise.all(group.map((one) => one.ready({ note }).then(() => onReady(one))));
  }
}

/** Ports that stay the same from one start to the next as long as nobody else takes them. */
export class PortBook {
  constructor(known = {}) {
    this.known = known;
    this.taken = {};
  }

  async take(name) {
    let port = await freePort(this.known[name]);
    while (Object.values(this.taken).includes(port)) port = await freePort();
    this.taken[name] = port;
    return port;
  }

  note(name, port) {
    this.taken[name] = port;
  }
}
