import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { LaunchFailure } from './failure.mjs';
import { isAlive, processStart } from './process-table.mjs';
import { until } from './waiting.mjs';

const STOP_MS_MAX = 30_000;
const STALE_STOP_MS_MAX = 10_000;
const LOG_TAIL_LINES = 15;
const LOG_TAIL_BYTES = 32 * 1024;

/** Stops what the record lists as soon as its standard input closes, that is, when the launcher is gone in whatever way. */
const WARDEN =
  'cat >/dev/null; [ -f "$1" ] || exit 0; while read -r pid signal rest; do kill -s "$signal" "$pid" 2>/dev/null; done <"$1"';

/**
 * The processes this launcher started. Each runs in a session of its own, so that Ctrl-C reaches the launcher only and it can
 * stop them in order. All are recorded in a file: a warden reads it when the launcher is killed, the next launcher as well.
 */
export class Children {
  constructor({ runDirectory, logDirectory }) {
    this.runDirectory = runDirectory;
    this.logDirectory = logDirectory;
    this.record = path.join(runDirectory, `children.${process.pid}.${Math.random().toString(36).slice(2, 8)}`);
    this.living = new Set();
    this.warden = null;
    this.closed = false;
  }

  /** Starts a process that writes to logs/<name>.log. `signal` is what asks it to stop. */
  start(name, command, args, { env, uid, gid, cwd = '/', signal = 'SIGTERM', append = false } = {}) {
    if (this.closed) throw new LaunchFailure('stopped before it was ready.');
    const logFile = path.join(this.logDirectory, `${name}.log`);
    if (!append && fs.existsSync(logFile)) fs.renameSync(logFile, `${logFile}.1`);
    const log = fs.openSync(logFile, 'a', 0o600);
    const options = { env, cwd, detached: true, stdio: ['ignore', log, log], ...(uid === undefined ? {} : { uid, gid }) };
    const process_ = spawn(command, args, options);
    fs.closeSync(log);
    const child = new Child(name, process_, signal, logFile);
    this.living.add(child);
    child.ended.then(() => {
      this.living.delete(child);
      this.write();
    });
    this.write();
    this.watchOver();
    return child;
  }

  write() {
    const lines = [...this.living].map(
      (child) => `${child.pid} ${child.signal.replace('SIG', '')} ${child.startMark} ${child.name}\n`,
    );
    if (lines.length === 0) fs.rmSync(this.record, { force: true });
    else fs.writeFileSync(this.record, lines.join(''), { mode: 0o600 });
  }

  watchOver() {
    if (this.warden !== null) return;
    this.warden = spawn('/bin/sh', ['-c', WARDEN, 'warden', this.record], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.warden.on('error', () => {});
    this.warden.unref();
    this.warden.stdin.unref();
  }

  /** Stops all that still live, the last started first, each group of names in turn. */
  async stopAll(order = []) {
    this.closed = true;
    for (const names of order)
      await Promise.all([...this.living].filter((child) => names(child.name)).map((child) => child.stop()));
    await Promise.all([...this.living].reverse().map((child) => child.stop()));
    this.warden?.stdin.end();
    this.warden = null;
  }
}

/** One started process. */
export class Child {
  constructor(name, process_, signal, logFile) {
    this.name = name;
    this.signal = signal;
    this.logFile = logFile;
    this.process = process_;
    this.pid = process_.pid ?? 0;
    this.startMark = (this.pid && processStart(this.pid)) || '-';
    this.asked = false;
    this.failure = null;
    this.ended = new Promise((resolve) => {
      process_.once('exit', (code, signal_) => resolve({ code, signal: signal_ }));
      process_.once('error', (error) => {
        this.failure = error.message;
        resolve({ code: null, signal: null });
      });
    });
    this.ended.then((end) => (this.end = end));
  }

  get alive() {
    return this.end === undefined;
  }

  /** Sends a signal. Asking it to end is remembered, so that the end is not reported as a death. */
  kill(signal = 'SIGKILL') {
    if (['SIGTERM', 'SIGINT', 'SIGKILL', 'SIGQUIT'].includes(signal)) this.asked = true;
    return this.alive && this.process.kill(signal);
  }

  /** Asks to stop, and after 30 s kills. A suspended process is woken first: it could not hear. */
  async stop(timeoutMs = STOP_MS_MAX) {
    if (!this.alive) return this.end;
    this.kill(this.signal);
    this.process.kill('SIGCONT');
    const timer = setTimeout(() => this.kill('SIGKILL'), timeoutMs);
    const end = await this.ended;
    clearTimeout(timer);
    return end;
  }

  /** The last lines it wrote. */
  lastLines(count = LOG_TAIL_LINES) {
    return tail(this.logFile, count);
  }
}

/** The last lines of a file that may be long. */
export function tail(file, count) {
  const descriptor = fs.openSync(file, 'r');
  try {
    const { size } = fs.fstatSync(descriptor);
    const length = Math.min(size, LOG_TAIL_BYTES);
    const buffer = Buffer.alloc(length);
    fs.readSync(descriptor, buffer, 0, length, size - length);
    return buffer
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-count);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Stops what launchers that are gone left behind in this directory. Returns the names. */
export async function stopLeftovers(runDirectory) {
  const stopped = [];
  for (const file of fs.readdirSync(runDirectory).filter((name) => name.startsWith('children.'))) {
    if (processStart(Number(file.split('.')[1])) !== null && Number(file.split('.')[1]) !== process.pid) continue;
    const rows = fs
      .readFileSync(path.join(runDirectory, file), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' '));
    await Promise.all(rows.map(([pid, signal, start, name]) => stopLeftover(Number(pid), signal, start, name, stopped)));
    fs.rmSync(path.join(runDirectory, file), { force: true });
  }
  return stopped;
}

async function stopLeftover(pid, signal, start, name, stopped) {
  if (!isAlive(pid, start)) return;
  stopped.push(name);
  signalQuietly(pid, `SIG${signal}`);
  signalQuietly(pid, 'SIGCONT');
  const gone = await until(() => !isAlive(pid, start), { timeoutMs: STALE_STOP_MS_MAX });
  if (!gone) signalQuietly(pid, 'SIGKILL');
}

function signalQuietly(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal, which is what was wanted.
  }
}
