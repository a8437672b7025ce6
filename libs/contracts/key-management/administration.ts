import { z } from 'zod';
import { defineRequest } from '../define-contract.js';

/** Milliseconds for what may have to make an RSA key of 3072 bits first. */
const MAKING_KEYS_MS = 6_000;

/** Who asked for an administrative change; stands in the audit row (decision 17). */
export interface Actor {
  /** `schedule`: a service by itself. It says so of itself, and nobody may say it over the bus. */
  readonly kind: 'operator' | 'schedule';
  readonly name: string;
}

/** The {@link Actor} of a command: the broker lets only the operator ask, so it is nobody else. */
export const OperatorActor = z.object({ kind: z.literal('operator'), name: z.string().min(1).max(128) });
/** The {@link Actor} of a command. */
export type OperatorActor = z.infer<typeof OperatorActor>;

/** One key as the operator sees it: no key material, times as ISO 8601. */
export const KeyStatus = z.object({
  kid: z.string(),
  purpose: z.string(),
  algorithm: z.string(),
  state: z.enum(['created', 'published', 'active', 'retiring', 'removed']),
  revoked: z.boolean(),
  keyEncryptionKey: z.string(),
  createdAt: z.string(),
  publishedAt: z.string().nullable(),
  activatedAt: z.string().nullable(),
  retiringAt: z.string().nullable(),
  /** Earliest end of a retiring key; null for one that only a revocation removes. */
  removeAfter: z.string().nullable(),
  removedAt: z.string().nullable(),
});
/** One key as the operator sees it. */
export type KeyStatus = z.infer<typeof KeyStatus>;

const EXAMPLE_KEY = {
  kid: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
  purpose: 'sign',
  algorithm: 'ES256',
  state: 'active' as const,
  revoked: false,
  keyEncryptionKey: 'kek-1',
  createdAt: '2026-01-01T00:00:00.000Z',
  publishedAt: '2026-01-01T00:00:00.100Z',
  activatedAt: '2026-01-01T00:15:00.000Z',
  retiringAt: null,
  removeAfter: null,
  removedAt: null,
};

/** `tessera keys status`. Reads only. `keyEncryptionKeys` counts the keys wrapped under each key-encryption key. */
export const ListKeys = defineRequest({
  subject: 'key-management.key.list.v1',
  callers: ['operator'],
  resend: 'safe',
  request: z.object({ includeRemoved: z.boolean() }),
  reply: z.object({
    keys: z.array(KeyStatus),
    keyEncryptionKeys: z.array(z.object({ id: z.string(), active: z.boolean(), wrapped: z.number().int() })),
  }),
  examples: [
    {
      request: { includeRemoved: false },
      reply: { keys: [EXAMPLE_KEY], keyEncryptionKeys: [{ id: 'kek-1', active: true, wrapped: 5 }] },
    },
  ],
});

/**
 * `tessera keys rotate`: a new key of this purpose and algorithm becomes active, the old one retires.
 *
 * `whenPublished: true` (the default of the command) first publishes the new key for the lead of the policy, so that every
 * verifier has it, and lets the schedule activate it: `scheduled`. `false` activates at once, for a compromise drill:
 * `rotated`. A successor that is on its way already is the answer, not another one beside it. `idempotencyKey` is a column of
 * the key's row: the same request again is answered with the same key.
 */
export const RotateKey = defineRequest({
  subject: 'key-management.key.rotate.v1',
  callers: ['operator'],
  deadlineMs: MAKING_KEYS_MS,
  resend: 'safe',
  request: z.object({
    actor: OperatorActor,
    idempotencyKey: z.string().min(16).max(64),
    purpose: z.string(),
    algorithm: z.string(),
    whenPublished: z.boolean(),
  }),
  reply: z.object({ outcome: z.enum(['rotated', 'scheduled', 'never_rotated', 'unknown_key_type']), key: KeyStatus.nullable() }),
  examples: [
    {
      request: {
        actor: { kind: 'operator', name: 'ada' },
        idempotencyKey: '2f1d1a54-9a3f-4f6e-8d24-b1e6a3a0f001',
        purpose: 'sign',
        algorithm: 'ES256',
        whenPublished: true,
      },
      reply: { outcome: 'scheduled', key: EXAMPLE_KEY },
    },
  ],
});

/**
 * `tessera keys revoke`: emergency. The key leaves the JWKS at once, its material is erased, nothing it signed is active any
 * more; when it was the active one, a successor is made active in the same transaction. Revoking twice is the same as once.
 * It is also the one way to end a retired `client-secret` key: what is sealed to it can then not be opened any more.
 *
 * `successor` is the key of that type which is active afterwards.
 */
export const RevokeKey = defineRequest({
  subject: 'key-management.key.revoke.v1',
  callers: ['operator'],
  deadlineMs: MAKING_KEYS_MS,
  resend: 'safe',
  request: z.object({ actor: OperatorActor, kid: z.string() }),
  reply: z.object({ outcome: z.enum(['revoked', 'unknown', 'never_revoked']), successor: KeyStatus.nullable() }),
  examples: [
    {
      request: { actor: { kind: 'operator', name: 'ada' }, kid: EXAMPLE_KEY.kid },
      reply: { outcome: 'revoked', successor: EXAMPLE_KEY },
    },
  ],
});

/**
 * `tessera keys rewrap`: wraps a batch of keys under the active key-encryption key. Call until `remaining` is 0; then the
 * old key-encryption key is not needed any more. Resumable: a batch commits or has never been.
 */
export const RewrapKeys = defineRequest({
  subject: 'key-management.key.rewrap.v1',
  callers: ['operator'],
  resend: 'safe',
  request: z.object({ actor: OperatorActor, dryRun: z.boolean() }),
  reply: z.object({ rewrapped: z.number().int(), remaining: z.number().int(), activeKeyEncryptionKey: z.string() }),
  examples: [
    {
      request: { actor: { kind: 'operator', name: 'ada' }, dryRun: false },
      reply: { rewrapped: 5, remaining: 0, activeKeyEncryptionKey: 'kek-2' },
    },
  ],
});
