import { KEY_SET_FRESH_SECONDS_DEFAULT, KEY_SET_FRESH_SECONDS_MIN } from '@tessera/vocabulary';

/** What an answer says about its freshness (RFC 9111 §4.2.1). Dates are the adapter's to read. */
export interface StatedFreshness {
  /** The `Cache-Control` field; null when there is none. */
  readonly cacheControl: string | null;
  /** Seconds from `Date` to `Expires`: 0 when either cannot be read (§5.3); null when there is no `Expires`. */
  readonly expiresInSeconds: number | null;
  /** The `Age` field: seconds a cache on the way has used up. */
  readonly ageSeconds: number;
}

/**
 * Seconds until a fetched key set is asked for again. The headers may shorten the hour, down to five minutes (OUT-5); they do
 * not lengthen it, because a key that its owner withdrew would then verify here for as long.
 */
export function keySetFreshSeconds(stated: StatedFreshness): number {
  const seconds = maxAge(stated.cacheControl) ?? stated.expiresInSeconds;
  if (seconds === null) return KEY_SET_FRESH_SECONDS_DEFAULT;
  return Math.min(Math.max(seconds - stated.ageSeconds, KEY_SET_FRESH_SECONDS_MIN), KEY_SET_FRESH_SECONDS_DEFAULT);
}

/** RFC 9111 §5.2.2: goes before `Expires`; `no-cache` and `no-store` allow no freshness. Null when nothing is said. */
function maxAge(cacheControl: string | null): number | null {
  const directives = (cacheControl ?? '')
    .toLowerCase()
    .split(',')
    .map((one) => one.trim());
  if (directives.some((one) => one === 'no-store' || one === 'no-cache')) return 0;
  const found = directives.find((one) => one.startsWith('max-age='));
  if (found === undefined) return null;
  const value = found.slice('max-age='.length).replaceAll('"', '');
  return /^\d{1,10}$/.test(value) ? Number(value) : 0;
}
