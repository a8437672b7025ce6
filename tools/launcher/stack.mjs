import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { busRules, requireRuledBus } from './bus.mjs';
import { Children, stopLeftovers } from './children.mjs';
import { DataDirectory } from './data-directory.mjs';
import { conformanceEnvironment } from './conformance.mjs';
import { applyMigrations, ensureDatabase, grantLogins, requireVersion } from './database.mjs';
import { demoTeams, notePlayground, writeDemo, writeOperatorFile } from './demo.mjs';
import { LaunchFailure } from './failure.mjs';
import { Identities } from './identities.mjs';
import { findInfrastructure, openPostgres, openRedis } from './infrastructure.mjs';
import { build, generateClient, installDependencies, stopRuns } from './installation.mjs';
import { chooseIssuer } from './issuer.mjs';
import { choosePlayground, playgroundProcess } from './playground.mjs';
import { privateNats } from './private-nats.mjs';
import { readJson, writePrivately } from './private-files.mjs';
import { Progress } from './progress.mjs';
import { serviceEnvironments } from './service-environments.mjs';
import { createServices, inheritedEnvironment, PortBook, startServices } from './services.mjs';

/** The workspace this launcher stands in. */
export const WORKSPACE = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const DEFAULTS = {
  root: WORKSPACE,
  tokenReplicas: 1,
  replicas: {},
  serviceEnv: {},
  infrastructure: 'private',
  durable: false,
  fresh: false,
  conformance: false,
  prepare: false,
  demo: true,
  playground: false,
  quiet: true,
  onDeath: () => {},
};

const STOP_ORDER = [(name) => name === 'playground', (name) => name === 'gateway', (name) => !['postgres', 'redis', 'nats'].includes(name)];

/**
 * Starts a whole system and resolves when its six processes are ready.
 *
 * Options: `dataDir` where its state lives; `tokenReplicas` (1); `replicas` copies of other services by name (1 each); `env` variables for the launcher and all services; `serviceEnv`
 * further ones by service; `infrastructure` 'environment' (decision 11) or 'private' (never an address from the environment);
 * `durable` whether PostgreSQL and Redis survive a crash of the machine; `fresh` forgets earlier data; `conformance` what certification plans need; `prepare` installs and
 * builds first; `demo` applies config/demo.yaml; `playground` starts the playground as well; `anyPort` takes a random port for the gateway; `onDeath(process, end)`.
 */
export async function startStack(options) {
  const stack = new Stack(options);
  try {
    return await stack.open();
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** A running or starting system. `stop` may be called at any time. */
export class Stack {
  constructor({ dataDir, env = {}, progress, ...options }) {
    this.options = { ...DEFAULTS, ...options };
    const { infrastructure, prepare, quiet } = this.options;
    this.private = infrastructure === 'private';
    this.options.anyPort ??= this.private;
    this.options.mayInstall ??= prepare;
    // A private system is the same whoever starts it: addresses and ports in the starter's environment are not for it.
    this.env = { ...(this.private ? inheritedEnvironment(null) : process.env), ...env };
    this.progress = progress ?? new Progress({ quiet });
    this.data = new DataDirectory(dataDir);
    this.children = null;
    this.preparing = null;
    this.stopping = null;
    this.processes = {};
    this.playground = null;
  }

  async open() {
    await this.takeDirectory();
    if (this.options.conformance) this.env = conformanceEnvironment(this.env, this.data);
    // Before the long steps: a taken port is to be said at once.
    Object.assign(this, await chooseIssuer({ env: this.env, anyPort: this.options.anyPort }));
    if (this.options.demo && this.options.playground)
      this.playground = await choosePlayground({ env: this.env, gatewayPort: this.port, anyPort: this.options.anyPort });
    await this.prepare();
    await this.openStores();
    await this.openBus();
    await this.progress.step('Database', 'migrating', () => this.openDatabase());
    await this.progress.step('Services', 'starting', () => this.openServices());
    if (this.options.demo) await this.progress.step('Demo clients', 'applying config/demo.yaml', () => this.openDemo());
    if (this.playground !== null) await this.progress.step('Playground', 'starting', () => this.openPlayground());
    return this;
  }

  async takeDirectory() {
    this.data.open();
    this.data.lock();
    this.locked = true;
    const leftovers = await stopLeftovers(this.data.path('run'));
    if (leftovers.length > 0)
      this.progress.line('Clean-up', `stopped what an earlier start left behind: ${leftovers.join(', ')}`);
    if (this.options.fresh) this.startAfresh();
    this.children = new Children({ runDirectory: this.data.path('run'), logDirectory: this.data.path('logs') });
    this.ports = new PortBook(readJson(this.data.path('ports.json'), {}));
  }

  /** A database that somebody else runs is not ours to empty, and without its keyring nobody could open its keys. */
  startAfresh() {
    if (!this.private && this.env.DATABASE_URL)
      throw new LaunchFailure(
        `--fresh would forget the keys that the database at DATABASE_URL needs: empty that database, remove ${this.data.root}, and start without --fresh.`,
      );
    this.data.clear({ keepIdentities: !this.private && Boolean(this.env.NATS_URL) });
    this.progress.line('Data', `${this.data.root} begins anew`);
  }

  /** Node modules and server programs come from different places, so they are fetched side by side. */
  async prepare() {
    const { root, prepare, mayInstall } = this.options;
    const note = (text) => this.progress.line('Infrastructure', text);
    const finding = findInfrastructure({
      data: this.data,
      env: this.env,
      privately: this.private,
      mayInstall,
      note,
    });
    const installing = prepare ? this.progress.step('Dependencies', 'npm ci', () => installDependencies(root)) : null;
    this.preparing = Promise.allSettled([finding, installing]);
    const failed = (await this.preparing).find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    this.found = await finding;
    if (!prepare) return;
    await this.progress.step('Prisma', 'generating the client', () => generateClient(root));
    await this.progress.step('Build', 'compiling', () => build(root));
  }

  async openStores() {
    this.identities = await Identities.open(this.data.path('identities'));
    const common = {
      data: this.data,
      children: this.children,
      identities: this.identities,
      ports: this.ports,
      durable: this.options.durable,
    };
    const opening = [
      this.progress.step(
        'PostgreSQL',
        'starting',
        async () => (this.postgres = await openPostgres({ ...common, found: this.found.postgres })).description,
      ),
      this.progress.step(
        'Redis',
        'starting',
        async () => (this.redis = await openRedis({ ...common, found: this.found.redis })).description,
      ),
    ];
    const failed = (await Promise.allSettled(opening)).find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async openBus() {
    const { external, program } = this.found.nats;
    if (external) {
      if (this.env.NATS_SEED_DIRECTORY) this.identities.useSeeds(this.env.NATS_SEED_DIRECTORY);
      await requireRuledBus(external, this.identities);
      this.nats = { external: true, url: external.url, server: null };
      this.progress.line('NATS', `at ${external.host}:${external.port}`);
      return;
    }
    await this.progress.step('NATS', 'starting', async () => {
      const server = privateNats({
        program,
        data: this.data,
        children: this.children,
        port: this.ports.known.nats,
        rules: await busRules(this.identities, this.options.demo ? await demoTeams(this) : []),
      });
      await server.open();
      this.ports.note('nats', server.port);
      this.nats = { external: false, url: server.url(), server };
      return `private, port ${server.port}`;
    });
  }

  async openDatabase() {
    if (this.postgres.external) await requireVersion(this.postgres.ownerUrl);
    else await ensureDatabase(this.postgres.maintenanceUrl, 'tessera');
    const applied = await applyMigrations(this.postgres.ownerUrl);
    this.logins = await grantLogins(this.postgres.ownerUrl, { identities: this.identities, shared: this.postgres.shared });
    return applied.length > 0 ? `${applied.length} migration(s) applied` : 'up to date';
  }

  async openServices() {
    const { root, tokenReplicas, replicas, serviceEnv, onDeath } = this.options;
    const environmentOf = serviceEnvironments({
      issuer: this.issuer,
      port: this.port,
      postgres: this.postgres,
      redis: this.redis,
      natsUrl: this.nats.url,
      identities: this.identities,
      logins: this.logins,
      env: this.env,
      demo: this.options.demo,
      serviceEnv,
    });
    this.processes = await createServices({
      root,
      replicas: { token: tokenReplicas, ...replicas },
      children: this.children,
      environmentOf,
      ports: this.ports,
      onDeath: (one, end) => this.stopping || onDeath(one, end),
    });
    writeOperatorFile(this);
    await startServices(this.processes, {
      onReady: (one) => this.progress.line(one.name, `ready, process ${one.pid}`),
      note: (text) => this.progress.line('Services', text),
    });
    writePrivately(this.data.path('ports.json'), JSON.stringify(this.ports.taken));
    return `${Object.keys(this.processes).length} processes ready`;
  }

  async openDemo() {
    this.demo = await writeDemo(this);
    return `${this.demo.clients.length} in ${this.data.path('demo.json')}`;
  }

  /** A process of its own: it is no part of the system, only a stranger that uses it. */
  async openPlayground() {
    const { root, onDeath } = this.options;
    const one = playgroundProcess({
      root,
      data: this.data,
      children: this.children,
      issuer: this.issuer,
      playground: this.playground,
      env: this.env,
      onDeath: (dead, end) => this.stopping || onDeath(dead, end),
    });
    await one.start();
    this.demo = notePlayground(this, one);
    return this.playground.origin;
  }

  /** The private servers, for tests that stop, freeze and kill them; null for one that somebody else runs. */
  get infra() {
    return { postgres: this.postgres.server, redis: this.redis.server, nats: this.nats.server };
  }

  /** Stops everything this launcher started, callers before callees, and lets the directory go. */
  stop() {
    this.stopping ??= this.stopOnce();
    return this.stopping;
  }

  async stopOnce() {
    stopRuns();
    await this.preparing;
    await this.children?.stopAll(STOP_ORDER);
    if (this.locked) this.data.unlock();
  }

  /** For a second Ctrl-C: ends everything at once. */
  killAll() {
    for (const child of this.children?.living ?? []) child.kill('SIGKILL');
  }
}
