import { KEY_SET_FRESH_SECONDS_DEFAULT, KEY_SET_FRESH_SECONDS_MIN } from '@tessera/vocabulary';

/** The response headers that say how long an answer is fresh (RFC 9111 §4.2.1). */
export interface FreshnessHeaders {
  readonly 'cache-control'?: string;
  readonly expires?: string;
  readonly date?: string;
  readonly age?: string;
}

/**
 * Seconds until a fetched key set is asked for again. The headers may shorten the hour, down to five minutes (OUT-5); they do
 * not lengthen it, because a key that its owner withdrew would then verify here for as long.
 */
export function keySetFreshSeconds(headers: FreshnessHeaders): number {
  const stated = statedSeconds(headers);
  if (stated === null) return KEY_SET_FRESH_SECONDS_DEFAULT;
  return Math.min(Math.max(stated - (seconds(headers.age) ?? 0), KEY_SET_FRESH_SECONDS_MIN), KEY_SET_FRESH_SECONDS_DEFAULT);
}

/** RFC 9111 §5.2.2: `max-age` goes before `Expires`; `no-cache` and `no-store` allow no freshness. Null when nothing is said. */
function statedSeconds(headers: FreshnessHeaders): number | null {
  const directives = (headers['cache-control'] ?? '')
    .toLowerCase()
    .split(',')
    .map((one) => one.trim());
  if (directives.some((one) => one === 'no-store' || one === 'no-cache')) return 0;
  const maxAge = directives.find((one) => one.startsWith('max-age='));
  if (maxAge !== undefined) return seconds(maxAge.slice('max-age='.length).replaceAll('"', '')) ?? 0;
  if (headers.expires === undefined) return null;
  const [from, until] = [httpDate(headers.date), httpDate(headers.expires)];
  // RFC 9111 §5.3: an invalid Expires, "0" above all, means already expired; without a Date there is nothing to count from.
  return Number.isNaN(from) || Number.isNaN(until) ? 0 : Math.max(0, Math.floor((until - from) / 1_000));
}

/** RFC 9110 §5.6.7; the engine's parser alone would also read "0" as a year. */
function httpDate(value: string | undefined): number {
  return value?.endsWith(' GMT') === true ? Date.parse(value) : Number.NaN;
}

function seconds(value: string | undefined): number | null {
  return value !== undefined && /^\d{1,10}$/.test(value.trim()) ? Number(value) : null;
}
