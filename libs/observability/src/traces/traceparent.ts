/** W3C Trace Context §3.2.2: version, trace-id, parent-id, flags; ids of zeros and version ff are invalid. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const LENGTH = 55;
/** Where the digits of the trace-id are that decide whether it is sampled: its last eight, which are random (§3.2.2.3). */
const CHANCE_AT = 27;
const CHANCE_DIGITS = 8;
const CHANCES = 2 ** 32;
const HEXADECIMAL = 16;

/** The header field as a traceparent; null for none, for several, and for what is malformed. A later version is read as this one (§4.3). */
export function readTraceparent(values: readonly string[]): string | null {
  const [value, ...more] = values;
  if (value === undefined || more.length > 0) return null;
  const read = value.startsWith('00') || value[LENGTH] !== '-' ? value : value.slice(0, LENGTH);
  return TRACEPARENT.test(read) ? `00${read.slice(2)}` : null;
}

/** Whether whoever made the parent-id recorded it (§3.2.2.5.1). */
export function isSampled(traceparent: string): boolean {
  return (traceparent.charCodeAt(LENGTH - 1) & 1) === 1;
}

/** Whether a new trace is among the share that is recorded. The digits are random, so they decide, and the same in any process. */
export function isChosen(traceparent: string, ratio: number): boolean {
  return ratio > 0 && Number.parseInt(traceparent.slice(CHANCE_AT, CHANCE_AT + CHANCE_DIGITS), HEXADECIMAL) < ratio * CHANCES;
}
