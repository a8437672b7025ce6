import pino from 'pino';
import { type LogFields, writable } from './log-fields.js';

/** Where log lines go; also the shape tests pass. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** How severe a line is at least, to be written. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * JSON lines on standard output, each with `level`, `time` (ISO 8601, UTC), `process`, `instance`, the fields and `msg`. `process`
 * names the program, `instance` this run of it. Messages are constants: only fields are scrubbed.
 */
export function createLogger(options: {
  readonly process: string;
  readonly instance: string;
  readonly level: LogLevel;
  /** Receives each finished line; tests read it. Standard output when absent. */
  readonly destination?: { write(line: string): void };
}): Logger {
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: { process: options.process, instance: options.instance },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  const lines = options.destination === undefined ? pino(settings) : pino(settings, options.destination);
  return {
    debug: (message, fields = {}) => {
      if (lines.isLevelEnabled('debug')) lines.debug(writable(fields), message);
    },
    info: (message, fields = {}) => lines.info(writable(fields), message),
    warn: (message, fields = {}) => lines.warn(writable(fields), message),
    error: (message, fields = {}) => lines.error(writable(fields), message),
  };
}

/** A logger that keeps nothing, for code under test whose lines do not matter. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
