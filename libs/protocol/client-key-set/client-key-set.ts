import { CLIENT_KEYS_MAX } from '@tessera/vocabulary';
import { z } from 'zod';
import { PublicJwk } from '../client/index.js';
import { keyFault } from './verification-key.js';

/** Something wrong with a key set, or with one key of it. */
export interface KeySetFault {
  /** Where in the set: `['keys', 2, 'crv']`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly expected: string;
  /** `set`: nothing of the set is taken. `key`: only this key is left out. */
  readonly scope: 'set' | 'key';
}

/** The keys a set is good for and everything that is wrong with it. */
export interface ParsedKeySet {
  /** Public keys signatures can be verified with; empty when a fault concerns the set. */
  readonly keys: readonly PublicJwk[];
  readonly faults: readonly KeySetFault[];
}

const JwkSet = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });

/**
 * RFC 7517 §5, REG-3 and CLI-8: public signature keys only, no private or symmetric members anywhere, supported
 * types, curves and sizes, at most 20, each `kid` once.
 *
 * A declared set must be without faults; of a fetched one the keys that are not for us are left out, as §5 asks ("SHOULD
 * ignore"), while a fault of the whole set means that nothing of it is taken. Whether a point lies on its curve is found out
 * by the verifier.
 */
export function parseClientKeySet(value: unknown): ParsedKeySet {
  const set = JwkSet.safeParse(value);
  if (!set.success) return refused([], 'this is not a key set', 'an object with a list "keys" of JSON Web Keys (RFC 7517 §5)');
  const { keys } = set.data;
  if (keys.length > CLIENT_KEYS_MAX)
    return refused(['keys'], `the set has ${keys.length} keys`, `at most ${CLIENT_KEYS_MAX} keys`);
  const judged = keys.map((key, index) => ({ key, index, fault: keyFault(key) }));
  const faults: KeySetFault[] = judged.flatMap(({ index, fault }) =>
    fault === null
      ? []
      : [
          {
            path: ['keys', index, ...(fault.member === null ? [] : [fault.member])],
            message: fault.message,
            expected: fault.expected,
            scope: fault.dangerous ? ('set' as const) : ('key' as const),
          },
        ],
  );
  const good = judged.filter(({ fault }) => fault === null);
  faults.push(...repeatedKids(good));
  const taken = faults.some((fault) => fault.scope === 'set') ? [] : good.map(({ key }) => PublicJwk.parse(key));
  return { keys: taken, faults };
}

/** RFC 7517 §4.5 SHOULD, here a MUST: two keys with one `kid` leave it to chance which of them verifies. */
function repeatedKids(
  keys: readonly { readonly key: Readonly<Record<string, unknown>>; readonly index: number }[],
): KeySetFault[] {
  const seen = new Set<unknown>();
  return keys.flatMap(({ key, index }) => {
    if (key.kid === undefined) return [];
    const repeated = seen.has(key.kid);
    seen.add(key.kid);
    if (!repeated) return [];
    return [
      {
        path: ['keys', index, 'kid'],
        message: 'the key id is used twice',
        expected: 'a different kid for each key',
        scope: 'set',
      },
    ];
  });
}

function refused(path: readonly (string | number)[], message: string, expected: string): ParsedKeySet {
  return { keys: [], faults: [{ path, message, expected, scope: 'set' }] };
}
