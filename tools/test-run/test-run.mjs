import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { selfSignedCertificate } from '../launcher/certificate.mjs';
import { Children } from '../launcher/children.mjs';
import { DataDirectory } from '../launcher/data-directory.mjs';
import { LaunchFailure } from '../launcher/failure.mjs';
import { build, generateClient, installDependencies } from '../launcher/installation.mjs';
import { whenNpmEnds } from '../launcher/parent.mjs';
import { writePrivately } from '../launcher/private-files.mjs';
import { Progress } from '../launcher/progress.mjs';
import { Stack, WORKSPACE } from '../launcher/stack.mjs';
import { until } from '../launcher/waiting.mjs';
import { findBrowser } from './browser.mjs';
import { hasEngine } from './container-engine.mjs';
import { findKustomize } from './kustomize.mjs';
import { HELP, parseOptions } from './options.mjs';
import { SYSTEMS } from './stages.mjs';
import { MARK, survivors } from './survivors.mjs';
import { findPrograms, openTestStores, pathWith } from './test-stores.mjs';

const STAGE_MS_MAX = 30 * 60_000;
const OUTPUT_LINES_MAX = 400;
const GONE_MS_MAX = 10_000;

/** Runs the chosen stages and returns the exit status: 0 when all passed and nothing was left running. */
export async function testRun(args) {
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const run = new TestRun(options);
  const stop = (signal) => void run.interrupt().then(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop(signal));
  whenNpmEnds(() => stop('SIGTERM'));
  try {
    return await run.all();
  } finally {
    await run.close();
  }
}

/** The flows fail on purpose, as one client and from one address, and sign in more often than any limit would allow. */
const LIMITS = {
  CLIENT_FAILURES_PER_MINUTE: '100000',
  SOURCE_FAILURES_PER_MINUTE: '100000',
  SOURCE_PAGES_PER_MINUTE: '100000',
  USER_CODE_FAILURES_PER_SOURCE: '100000',
  DEVICE_CODES_PER_SOURCE: '100000',
};

const systemName = (worker) => `system-${worker}`;

const verdict = (passed) => (passed === null ? 'not run' : passed ? 'passed ' : 'FAILED ');

/** One run: its own temporary directory, its own processes, its own mark. */
class TestRun {
  constructor(options) {
    this.options = options;
    this.progress = new Progress();
    this.id = randomBytes(8).toString('hex');
    this.directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tessera-test-'));
    // PostgreSQL runs as its own user and has to pass through.
    fs.chmodSync(this.directory, 0o711);
    this.data = new DataDirectory(this.directory).open();
    this.children = new Children({ runDirectory: this.data.path('run'), logDirectory: this.data.path('logs') });
    this.environment = {
      ...process.env,
      [MARK]: this.id,
      CI: 'true',
      NX_DAEMON: 'false',
      NX_TUI: 'false',
      NX_NO_CLOUD: 'true',
      FORCE_COLOR: '0',
      NODE_ENV: 'test',
    };
    this.results = [];
    this.systems = [];
    this.closing = null;
  }

  async all() {
    const { seed, trials, stages } = this.options;
    console.log(`Tessera: ${stages.map((stage) => stage.name).join(', ')}. Seed ${seed}, ${trials} trial(s) of each fault.`);
    await this.prepare();
    for (const stage of stages) await this.stage(stage);
    await this.close();
    return this.report();
  }

  async prepare() {
    const installing = this.progress.step('dependencies', 'npm ci', () => installDependencies(WORKSPACE));
    const finding = this.findPrograms((text) => this.progress.line('infrastructure', text));
    const failed = (await Promise.allSettled([installing, finding])).find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    this.found = await finding;
    await this.progress.step('prisma', 'generating the client', () => generateClient(WORKSPACE));
    await this.progress.step('build', 'compiling', () => build(WORKSPACE));
    Object.assign(this.environment, {
      PATH: pathWith(this.found),
      TMPDIR: this.temporaryDirectory(),
      TESSERA_SEED: String(this.options.seed),
      TESSERA_FAULT_TRIALS: String(this.options.trials),
      TESSERA_FAULT_SAMPLE: this.options.sample ? '1' : '',
    });
  }

  /** One after the other: both may install packages. */
  async findPrograms(note) {
    const found = await findPrograms(this.data.path('programs'), { note });
    if (this.options.stages.some(({ needs }) => needs === 'browser')) this.environment.TESSERA_CHROMIUM = await findBrowser({ note });
    if (this.options.stages.some(({ needs }) => needs === 'kustomize'))
      this.environment.TESSERA_KUSTOMIZE = await findKustomize(this.data.path('kustomize'), { note });
    return found;
  }

  /** What specs leave in the temporary directory goes with the run. PostgreSQL, as its own user, has to pass through it. */
  temporaryDirectory() {
    const directory = this.data.path('tmp');
    fs.mkdirSync(directory, { mode: 0o711 });
    return directory;
  }

  async stage(stage) {
    const started = performance.now();
    try {
      if (stage.needs === 'engine' && !(await hasEngine(this.environment))) return this.noteNotRun(stage, 'no container engine');
      if (stage.needs === 'stores') Object.assign(this.environment, await this.openStores());
      const tls = stage.needs === 'system' ? this.tls() : null;
      if (stage.needs === 'system' || stage.needs === 'browser') await this.openSystems({ playground: stage.needs === 'browser', tls });
      // Node.js reads whom to trust when it starts, and jest's workers inherit it.
      const environment = tls === null ? this.environment : { ...this.environment, NODE_EXTRA_CA_CERTS: tls.TLS_CERTIFICATE_FILE };
      const [command, args] = stage.command;
      const child = this.children.start(
        stage.name,
        command,
        stage.selects && this.options.match ? [...args, this.options.match] : args,
        { env: environment, cwd: WORKSPACE },
      );
      const reminder = setInterval(
        () => this.progress.line(stage.name, `running (${Math.round((performance.now() - started) / 1000)} s)`),
        30_000,
      );
      const timer = setTimeout(() => child.stop(), STAGE_MS_MAX);
      const { code } = await child.ended;
      clearInterval(reminder);
      clearTimeout(timer);
      this.note(stage, code === 0, started, child.logFile);
    } catch (error) {
      if (!(error instanceof LaunchFailure)) throw error;
      this.note(stage, false, started, null, error.message);
    } finally {
      await this.closeSystems();
    }
  }

  note(stage, passed, started, logFile, failure = null) {
    const text = logFile === null ? '' : fs.readFileSync(logFile, 'utf8');
    const seconds = (performance.now() - started) / 1000;
    const count = /^Tests:\s+(.*)$/m.exec(text)?.[1] ?? '';
    this.results.push({ name: stage.name, passed, seconds, count: failure ?? count });
    this.progress.line(stage.name, `${passed ? 'passed' : 'FAILED'} (${seconds.toFixed(1)} s) ${failure ?? count}`);
    if (this.options.verbose || !passed) console.log(text.split('\n').slice(-OUTPUT_LINES_MAX).join('\n'));
    else if (!this.options.sample) for (const row of text.split('\n').filter((one) => one.startsWith('| '))) console.log(row);
  }

  /** Neither passed nor failed, and said so. */
  noteNotRun(stage, reason) {
    this.results.push({ name: stage.name, passed: null, seconds: 0, count: reason });
    this.progress.line(stage.name, `not run: ${reason}`);
  }

  async openStores() {
    return (this.stores ??= await openTestStores({
      directory: this.data.path('stores'),
      found: this.found,
      children: this.children,
    }));
  }

  /**
   * A certificate for the listeners of the systems under test: flows are driven over https, as clients do it. In the browser stage the
   * issuer is a developer's, over http.
   */
  tls() {
    const [certificateFile, keyFile] = [this.data.path('certificate.pem'), this.data.path('certificate.key.pem')];
    const made = selfSignedCertificate(['localhost', '127.0.0.1']);
    writePrivately(certificateFile, made.certificate);
    writePrivately(keyFile, made.privateKey);
    return { TLS_CERTIFICATE_FILE: certificateFile, TLS_PRIVATE_KEY_FILE: keyFile };
  }

  /** One after the other, because each looks for free ports. */
  async openSystems({ playground, tls }) {
    for (let worker = 1; worker <= SYSTEMS; worker += 1) {
      const system = new Stack({ dataDir: this.data.path(systemName(worker)), env: { [MARK]: this.id, ...LIMITS, ...tls }, playground });
      this.systems.push(system);
      await system.open();
      this.environment[`TESSERA_DEMO_${worker}`] = system.data.path('demo.json');
    }
  }

  async closeSystems() {
    const systems = this.systems.splice(0);
    await Promise.all(systems.map((system) => system.stop()));
  }

  /** Stops everything this run started; then nobody may carry its mark any more. */
  close() {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  async closeOnce() {
    await this.closeSystems();
    await this.children.stopAll();
    await until(() => survivors(this.id).length === 0, { timeoutMs: GONE_MS_MAX, everyMs: 100 });
    this.left = survivors(this.id);
    for (const { pid } of this.left) process.kill(pid, 'SIGKILL');
    for (const name of ['programs', 'stores', ...Array.from({ length: SYSTEMS }, (_, index) => systemName(index + 1)), '.']) {
      const home = new DataDirectory(this.data.path(name)).outsideHome();
      fs.rmSync(home, { recursive: true, force: true });
    }
    if (this.options.keep) console.log(`Kept: ${this.directory}`);
    else fs.rmSync(this.directory, { recursive: true, force: true });
  }

  interrupt() {
    console.log('\nInterrupted; stopping what runs.');
    return this.close();
  }

  report() {
    const total = this.results.reduce((sum, { seconds }) => sum + seconds, 0);
    const rows = this.results.map(
      ({ name, passed, seconds, count }) =>
        `  ${name.padEnd(12)} ${verdict(passed)}  ${seconds.toFixed(1).padStart(6)} s  ${count}`,
    );
    console.log(`\n${rows.join('\n')}\n  ${'all'.padEnd(20)} ${total.toFixed(1).padStart(6)} s  seed ${this.options.seed}`);
    for (const { pid, command } of this.left) console.log(`  left running: ${pid} ${command}`);
    const failed = this.results.filter((result) => result.passed === false).map((result) => result.name);
    const notRun = this.results.filter((result) => result.passed === null).map((result) => result.name);
    if (failed.length > 0)
      console.log(
        `\nFailed: ${failed.join(', ')}. Again with: npm test -- --only ${failed.join(',')} --seed ${this.options.seed}`,
      );
    else if (this.left.length > 0) console.log('\nFailed: processes were left running.');
    else console.log(`\n${notRun.length > 0 ? `All but ${notRun.join(', ')} (not run)` : 'All'} passed, nothing left running.`);
    return failed.length === 0 && this.left.length === 0 ? 0 : 1;
  }
}
