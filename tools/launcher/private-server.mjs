import { LaunchFailure } from './failure.mjs';
import { freePort } from './ports.mjs';
import { pause, until } from './waiting.mjs';

const READY_MS_MAX = 60_000;
const PORT_ATTEMPTS = 4;
const RESTART_ATTEMPTS = 10;
const RESTART_PAUSE_MS = 300;

/**
 * A server this launcher runs for itself: PostgreSQL, Redis or NATS. `spawn(port)` starts it, `isReady(child, port)` asks it.
 * Its port stays the same through restarts, so that whoever is connected finds it again.
 */
export class PrivateServer {
  constructor({ name, port, spawn, isReady }) {
    this.name = name;
    this.preferredPort = port;
    this.spawn = spawn;
    this.isReady = isReady;
    this.child = null;
    this.port = null;
  }

  get pid() {
    return this.child?.alive ? this.child.pid : null;
  }

  /** Starts it for the first time. Another process may take a port between our look and the start: then with another port. */
  async open() {
    for (let attempt = 1; ; attempt += 1) {
      this.port = await freePort(attempt === 1 ? this.preferredPort : undefined);
      if (await this.tryStart()) return this;
      const said = this.child.lastLines().join(' | ');
      if (attempt < PORT_ATTEMPTS && /address already in use|could not create any TCP\/IP sockets/i.test(said)) continue;
      throw new LaunchFailure(
        `${this.name} does not start: ${this.child.failure ?? (said.slice(-300) || 'it wrote nothing')} (more in ${this.child.logFile}).`,
      );
    }
  }

  async tryStart() {
    const child = this.spawn(this.port);
    this.child = child;
    const ready = await until(() => child.alive && this.isReady(child, this.port), {
      timeoutMs: READY_MS_MAX,
      everyMs: 10,
      cancelled: () => !child.alive,
    });
    if (!ready && child.alive) await child.stop();
    return ready === true;
  }

  /** Starts it again at the same port after `stop` or `kill`. What a killed server held (memory, files) is let go a moment later. */
  async start() {
    for (let attempt = 1; !this.child?.alive && attempt <= RESTART_ATTEMPTS; attempt += 1) {
      if (await this.tryStart()) return;
      await pause(RESTART_PAUSE_MS);
    }
    if (!this.child?.alive) throw new LaunchFailure(`${this.name} does not start again: see ${this.child.logFile}.`);
  }

  /** Stops it as an operator would. */
  async stop() {
    await this.child?.stop();
  }

  /** Kills it without warning. */
  async kill() {
    this.child?.kill('SIGKILL');
    await this.child?.ended;
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  /** Freezes it: connections stay open and nobody answers. */
  suspend() {
    this.child?.kill('SIGSTOP');
  }

  /** Ends `suspend`. */
  resume() {
    this.child?.kill('SIGCONT');
  }

  /** Makes it read its configuration again. */
  reload() {
    this.child?.kill('SIGHUP');
  }
}
