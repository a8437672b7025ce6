import {
  ACCESS_TOKEN_LIFETIME_SECONDS_MAX,
  CLOCK_SKEW_SECONDS,
  IssuerSignatureAlgorithm,
  JWKS_CACHE_SECONDS,
  KEY_LEASE_SECONDS,
  PUBLISHED_KEYS_AGE_SECONDS_MAX,
} from '@tessera/vocabulary';
import { z } from 'zod';
import { KEY_TYPES, type KeyType } from './key-type.js';

/**
 * KEY-4: seconds a key is published at least before it signs. A client may keep our JWKS for its cache time, and may have
 * taken it from a mirror that was cut off for as long as a mirror may be.
 */
export const PUBLISH_LEAD_SECONDS_MIN = JWKS_CACHE_SECONDS + PUBLISHED_KEYS_AGE_SECONDS_MAX;
/** KEY-4: seconds a key retires at least: the last lease that signs with it, the longest token, and the skew of its reader. */
export const RETIRE_SECONDS_MIN = KEY_LEASE_SECONDS + ACCESS_TOKEN_LIFETIME_SECONDS_MAX + CLOCK_SKEW_SECONDS;
/** Ours: seconds between two rotations, so that the JWKS stays a handful of keys. */
const ROTATION_SECONDS_MIN = 86_400;
const ROTATION_SECONDS_DEFAULT = 90 * 86_400;

/** How long a key stays in each state, and which signature algorithms there are keys for. */
export const KeyPolicy = z
  .object({
    /** OIDC Discovery §3 wants RS256 among them. An algorithm that is taken out keeps its keys as they are. */
    signingAlgorithms: z.array(IssuerSignatureAlgorithm).min(1).default(IssuerSignatureAlgorithm.options),
    rsaModulusBits: z.union([z.literal(2048), z.literal(3072)]).default(2048),
    /** Seconds a key is active before the schedule replaces it; null leaves every rotation to commands. */
    rotationSeconds: z.number().int().positive().nullable().default(ROTATION_SECONDS_DEFAULT),
    publishLeadSeconds: z.number().int().positive().default(PUBLISH_LEAD_SECONDS_MIN),
    retireSeconds: z.number().int().positive().default(RETIRE_SECONDS_MIN),
    /** Lifts the lower bounds below, so that a whole life can be watched within seconds. Never for tokens that somebody trusts. */
    rehearsal: z.boolean().default(false),
  })
  .superRefine((policy, context) => {
    for (const { member, seconds, min } of bounds(policy)) {
      if (seconds < min) context.addIssue({ code: 'custom', path: [member], message: `expected at least ${min} seconds` });
    }
  });
/** How long a key stays in each state. */
export type KeyPolicy = z.infer<typeof KeyPolicy>;

function bounds({ rotationSeconds, publishLeadSeconds, retireSeconds, rehearsal }: Pick<KeyPolicy, 'rotationSeconds' | 'publishLeadSeconds' | 'retireSeconds' | 'rehearsal'>) {
  const rotation = rotationSeconds ?? Number.POSITIVE_INFINITY;
  const ofOrder = { member: 'rotationSeconds', seconds: rotation, min: publishLeadSeconds + 1 };
  if (rehearsal) return [ofOrder];
  return [
    ofOrder,
    { member: 'rotationSeconds', seconds: rotation, min: ROTATION_SECONDS_MIN },
    { member: 'publishLeadSeconds', seconds: publishLeadSeconds, min: PUBLISH_LEAD_SECONDS_MIN },
    { member: 'retireSeconds', seconds: retireSeconds, min: RETIRE_SECONDS_MIN },
  ];
}

/** The types of key a policy wants to exist. */
export function wantedKeyTypes({ signingAlgorithms }: Pick<KeyPolicy, 'signingAlgorithms'>): readonly KeyType[] {
  const wanted: readonly string[] = signingAlgorithms;
  return KEY_TYPES.filter(({ purpose, algorithm }) => purpose !== 'sign' || wanted.includes(algorithm));
}

/** Seconds a key of this type retires; null when only a command removes it. */
export function retireSeconds(type: KeyType, policy: Pick<KeyPolicy, 'retireSeconds'>): number | null {
  return type.removal === 'schedule' ? policy.retireSeconds : null;
}
