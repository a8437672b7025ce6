import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import {
  COMMON_SETTINGS,
  type Configuration,
  ConfigurationError,
  type ConfigurationShape,
  readConfiguration,
} from '@tessera/configuration';
import { Bus, type BusIdentity, type BusOptions, ServiceClient } from '@tessera/messaging/calling';
import { createLogger, type Logger, Metrics } from '@tessera/observability';
import type { ServiceName } from '@tessera/vocabulary';
import type { Check } from './check.js';
import { OpsServer } from './ops-server.js';
import { measureRelease } from './release.js';
import { startTraces } from './start-traces.js';
import { untilAvailable } from './until-available.js';

/** What every process reads, and what this one reads beyond. */
export type ProcessConfiguration<Settings extends ConfigurationShape> = Configuration<typeof COMMON_SETTINGS> & Configuration<Settings>;

/** What a process is given to start with. */
export interface ProcessContext<Settings extends ConfigurationShape> {
  /** Parsed once, frozen. */
  readonly configuration: ProcessConfiguration<Settings>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly bus: Bus;
  readonly services: ServiceClient;
  /** This run of this process: in logs, in the inbox, in the lease audit. */
  readonly instance: string;
  /** The nkey seed this process logs in to the bus with. */
  readonly seed: Uint8Array;
  /** Waits for a dependency: repeats the attempt while it throws an Outage, and shows on `/startupz` what is waited for. */
  waitFor<Result>(what: string, attempt: () => Promise<Result>): Promise<Result>;
}

/** What a started process leaves behind: how to ask how it is, and how to stop it. */
export interface StartedProcess {
  readonly checks: readonly Check[];
  /** Stops taking work, finishes what is in flight, lets go of what was opened; in this order. */
  stop(): Promise<void>;
}

/** A process: its name on the bus, the variables it reads beyond the common ones, and how it starts. */
export interface ProcessDefinition<Settings extends ConfigurationShape> {
  readonly service: ServiceName;
  readonly settings: Settings;
  start(context: ProcessContext<Settings>): Promise<StartedProcess>;
}

/** Milliseconds after which a stop is forced; with the 8 s the gateway waits before it, below the 45 s a pod is given. */
const STOP_MS_MAX = 35_000;
/** The exit statuses: a wrong configuration will not get better by itself, anything else may. */
const EXIT = { stopped: 0, failed: 1, configuration: 2 } as const;

/**
 * Runs a process to its end: configuration, operations port, bus, its own start (which subscribes last), readiness; and on
 * SIGTERM or SIGINT the way back. The only place that ends the process. Exit statuses: 0 after a stop, 1 after a failure or a
 * stop that had to be forced, 2 for a configuration that cannot work.
 */
export async function runProcess<Settings extends ConfigurationShape>(definition: ProcessDefinition<Settings>): Promise<void> {
  const instance = randomBytes(9).toString('base64url');
  let logger: Logger | undefined;
  try {
    const configuration = { ...readConfiguration(COMMON_SETTINGS), ...readConfiguration(definition.settings) };
    Object.freeze(configuration);
    logger = createLogger({ process: definition.service, instance, level: configuration.LOG_LEVEL });
    endWhenNobodyCatches(logger);
    await live(definition, configuration, logger, instance);
    process.exit(EXIT.stopped);
  } catch (error) {
    process.exit(statusAfter(error, definition.service, logger));
  }
}

/** A stop asked for while the process was still starting. */
class StopRequested extends Error {}

function statusAfter(error: unknown, service: ServiceName, logger: Logger | undefined): number {
  if (error instanceof StopRequested) {
    logger?.info('stopped');
    return EXIT.stopped;
  }
  if (error instanceof ConfigurationError) {
    process.stderr.write(`${service}: ${error.message}\n`);
    return EXIT.configuration;
  }
  // Without a logger there is no redaction either, so the error itself stays unsaid.
  if (logger === undefined) process.stderr.write(`${service}: the configuration cannot be read\n`);
  else logger.error('the process cannot go on', { error });
  return EXIT.failed;
}

/** What reaches here left the process in a state nobody knows. Told once and redacted; Node.js would print it as it is. */
function endWhenNobodyCatches(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.error('an error that nobody caught ends the process', { error });
    process.exit(EXIT.failed);
  });
}

async function live<Settings extends ConfigurationShape>(
  definition: ProcessDefinition<Settings>,
  configuration: ProcessConfiguration<Settings>,
  logger: Logger,
  instance: string,
): Promise<void> {
  const stopping = new AbortController();
  const stopAsked = onStopSignal(logger, () => stopping.abort(new StopRequested()));
  const metrics = new Metrics(definition.service);
  const version = measureRelease(metrics);
  const tracing = await startTraces(configuration, { service: definition.service, instance, version, logger, metrics });
  const ops = new OpsServer(metrics, logger);
  const port = await listen(ops, configuration.OPS_HOST, configuration.OPS_PORT);
  const waitFor = <Result>(what: string, attempt: () => Promise<Result>) =>
    ops.whileWaiting(what, () => untilAvailable(attempt, { logger, signal: stopping.signal }));
  const seed = new TextEncoder().encode(configuration.NATS_SEED);
  const bus = await waitFor('nats', () => connect({ service: definition.service, instance, natsUrl: configuration.NATS_URL, seed }, { logger, metrics }));
  const services = new ServiceClient(bus, { metrics, logger });
  const started = await definition.start({ configuration, logger, metrics, bus, services, instance, seed, waitFor });
  if (!stopping.signal.aborted) {
    ops.serve([{ name: 'nats', required: true, holds: () => bus.connected && bus.permissionViolations === 0 }, ...started.checks]);
    logger.info('serving', { port });
  }

  await stopAsked;
  ops.drain();
  try {
    await started.stop();
  } finally {
    await bus.close();
    await tracing.stop();
    await ops.close();
  }
  logger.info('stopped');
}

async function listen(ops: OpsServer, host: string, port: number): Promise<number> {
  try {
    return await ops.listen(host, port);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') throw new ConfigurationError(`OPS_PORT is wrong: ${port} is taken; choose another`);
    if (code === 'EACCES') throw new ConfigurationError(`OPS_PORT is wrong: ${port} is not allowed to this user; choose one above 1023`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') throw new ConfigurationError('OPS_HOST is wrong: no interface of this machine has that address');
    throw error;
  }
}

/** Tries until NATS is there. The form of the seed was checked when it was read; that it fits its own check sum only shows here. */
async function connect(identity: BusIdentity, options: BusOptions): Promise<Bus> {
  try {
    return await Bus.connect(identity, options);
  } catch (error) {
    throw error instanceof RangeError ? new ConfigurationError(`NATS_SEED is wrong: ${error.message}`) : error;
  }
}

/**
 * Resolves at the first SIGTERM or SIGINT, and forces the end when the stop hangs. Whoever asks again by SIGINT is a person who
 * does not want to wait; a second SIGTERM changes nothing, for supervisors repeat it.
 */
function onStopSignal(logger: Logger, abort: () => void): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (signal: NodeJS.Signals) => {
      if (asked && signal === 'SIGTERM') return;
      if (asked) force(logger, 'asked to end at once');
      asked = true;
      logger.info('stopping', { signal });
      setTimeout(() => force(logger, 'the stop took too long and is forced'), STOP_MS_MAX);
      abort();
      resolve();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}

function force(logger: Logger, why: string): never {
  logger.error(why);
  process.exit(EXIT.failed);
}
