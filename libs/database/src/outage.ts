import { Outage } from '@tessera/vocabulary';

/**
 * SQLSTATE classes and codes that say nothing about the statement: connection (08), resources and a full disk (53), operator
 * and shutdown (57P), a server that may only read (25006), idle in transaction for too long (25P03), statement and lock
 * timeouts (57014, 55P03), deadlock and serialization (40), files the server cannot reach (58). They
 * are answered 503, never as a refusal.
 */
const OUTAGE_STATES = [/^08/, /^53/, /^57P/, /^25006$/, /^25P03$/, /^57014$/, /^55P03$/, /^40/, /^58/];

/** Of these the connection is still good: the server answered on it and goes on. */
const CONNECTION_SURVIVES = [/^57014$/, /^55P03$/, /^40/];

/** What Node.js and the operating system say of a connection that failed. */
const SOCKET_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);

/** What pg and its pool say, without any code, when there is no connection or no answer on it. */
const PG_MESSAGES: ReadonlySet<string> = new Set([
  'timeout exceeded when trying to connect',
  'Connection terminated due to connection timeout',
  'Connection terminated unexpectedly',
  'Connection terminated',
  'Query read timeout',
  'timeout expired',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
]);

/** Prisma's codes for the same: unreachable, timed out, closed, no connection from the pool, no transaction, write conflict. */
const PRISMA_CODES: ReadonlySet<string> = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034']);

/** The outage an error of pg or Prisma means; null when the statement itself is at fault, which is a bug or a lost race. */
export function outageOf(error: unknown): Outage | null {
  if (error instanceof Outage) return error;
  const code = member(error, 'code');
  const message = member(error, 'message');
  const isOutage =
    matches(code, OUTAGE_STATES) || SOCKET_CODES.has(code) || PRISMA_CODES.has(code) || PG_MESSAGES.has(message) || causedByOutage(error);
  return isOutage ? new Outage('postgresql', code === '' ? message : code, { cause: error }) : null;
}

/** An error on the way to a connection is an outage whatever it says: also a refused password is no statement about a request. */
export function connectionOutage(error: unknown): Outage {
  return outageOf(error) ?? new Outage('postgresql', `no connection (${member(error, 'code') || 'unknown reason'})`, { cause: error });
}

/** Tells whether a connection may serve again after this error. What is no outage was said on a connection that works. */
export function connectionSurvives(error: unknown): boolean {
  const said = error instanceof Outage ? error.cause : error;
  return outageOf(said) === null || matches(member(said, 'code'), CONNECTION_SURVIVES);
}

/** Prisma's adapter wraps what the driver said: as `cause`, and the SQLSTATE as `originalCode`. */
function causedByOutage(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('originalCode' in error && matches(member(error, 'originalCode'), OUTAGE_STATES)) return true;
  if ('driverAdapterError' in error) return outageOf(error.driverAdapterError) !== null;
  return 'cause' in error && error.cause !== error && error.cause !== undefined && outageOf(error.cause) !== null;
}

function matches(code: string, states: readonly RegExp[]): boolean {
  return states.some((state) => state.test(code));
}

function member(error: unknown, name: 'code' | 'message' | 'originalCode'): string {
  if (typeof error !== 'object' || error === null || !(name in error)) return '';
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
}
