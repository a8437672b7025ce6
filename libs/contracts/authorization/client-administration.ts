import { ClientRegistration } from '@tessera/protocol/client';
import { CLIENT_PAGE_MAX, CLIENT_SECRET_OVERLAP_SECONDS_MAX, ClientId } from '@tessera/vocabulary';
import { z } from 'zod';
import { defineRequest } from '../define-contract.js';
import { OperatorActor } from '../key-management/administration.js';

/** What a sealed client secret holds. Naming the client keeps a sealed value from being moved to another client. */
export const SealedClientSecret = z.object({ clientId: ClientId, secret: z.string() });
/** What a sealed client secret holds. */
export type SealedClientSecret = z.infer<typeof SealedClientSecret>;

const ManagedBy = z.enum(['file', 'registration', 'api']);

/** A client in a listing. */
export const ClientSummary = z.object({
  clientId: ClientId,
  name: z.string(),
  enabled: z.boolean(),
  authenticationMethod: z.string(),
  grantTypes: z.array(z.string()),
  managedBy: ManagedBy,
});
/** A client in a listing. */
export type ClientSummary = z.infer<typeof ClientSummary>;

/** A client as the operator sees it: times as ISO 8601, of secrets only how many and until when. */
export const ClientDetails = ClientSummary.extend({
  profile: z.string(),
  assertionAlgorithm: z.string().nullable(),
  scope: z.array(z.string()),
  resources: z.array(z.string()),
  defaultResource: z.string().nullable(),
  accessTokenLifetimeSeconds: z.number().int().nullable(),
  jwksUri: z.string().nullable(),
  /** What it registered for signing people in; the defaults from an owner of the release before. */
  registration: ClientRegistration.prefault({}),
  /** The secrets that are valid now, newest first. */
  secrets: z.array(z.object({ createdAt: z.string(), expiresAt: z.string().nullable() })),
  keySet: z
    .object({
      source: z.enum(['value', 'uri']),
      /** `kid` of each key; `(no kid)` for a key without. */
      keys: z.array(z.string()),
      fetchedAt: z.string().nullable(),
      attemptedAt: z.string().nullable(),
      failure: z.string().nullable(),
    })
    .nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
/** A client as the operator sees it. */
export type ClientDetails = z.infer<typeof ClientDetails>;

const EXAMPLE_SUMMARY = {
  clientId: 's6BhdRkqt3',
  name: 'Example client',
  enabled: true,
  authenticationMethod: 'client_secret_basic',
  grantTypes: ['client_credentials'],
  managedBy: 'file' as const,
};

/** `tessera client list`. Owner: authorization. Caller: operator. Reads only; pages in the order of ids. */
export const ListClients = defineRequest({
  subject: 'authorization.client.list.v1',
  callers: ['operator'],
  resend: 'safe',
  request: z.object({
    /** The last id of the page before; null for the first page. */
    after: z.string().nullable(),
    limit: z.number().int().min(1).max(CLIENT_PAGE_MAX),
  }),
  reply: z.object({
    clients: z.array(ClientSummary),
    /** What to ask the next page with; null when there is none. */
    next: z.string().nullable(),
  }),
  examples: [{ request: { after: null, limit: 100 }, reply: { clients: [EXAMPLE_SUMMARY], next: null } }],
});

/** `tessera client show`. Owner: authorization. Caller: operator. Reads only. */
export const GetClient = defineRequest({
  subject: 'authorization.client.get.v1',
  callers: ['operator'],
  resend: 'safe',
  request: z.object({ clientId: z.string().max(128) }),
  reply: z.object({ client: ClientDetails.nullable() }),
  examples: [
    {
      request: { clientId: 's6BhdRkqt3' },
      reply: {
        client: {
          ...EXAMPLE_SUMMARY,
          profile: 'openid',
          assertionAlgorithm: null,
          scope: ['orders.read'],
          resources: ['https://api.example.com/orders'],
          defaultResource: 'https://api.example.com/orders',
          accessTokenLifetimeSeconds: null,
          jwksUri: null,
          registration: { redirectUris: ['https://client.example.org/cb'] },
          secrets: [{ createdAt: '2026-01-01T00:00:00.000Z', expiresAt: null }],
          keySet: null,
          createdAt: '2026-01-01T00:00:00.000Z',
          updatedAt: '2026-01-01T00:00:00.000Z',
        },
      },
    },
    { request: { clientId: 'nobody' }, reply: { client: null } },
  ],
});

/**
 * `tessera client rotate-secret`: a new secret beside the old one, which ends after the overlap (CLI-3). Owner: authorization.
 * Caller: operator.
 *
 * At most two secrets are valid: one that was already ending ends now. `idempotencyKey` is the id of the new secret's row, so
 * the same request again is answered as before and makes no second secret. The value comes as its SHA-256 digest, or sealed
 * (see {@link SealedClientSecret}) for `client_secret_jwt`: `wrong_form` when it is the other one.
 */
export const RotateClientSecret = defineRequest({
  subject: 'authorization.client-secret.rotate.v1',
  callers: ['operator'],
  resend: 'safe',
  request: z.object({
    actor: OperatorActor,
    clientId: z.string().max(128),
    digest: z
      .string()
      .regex(/^[A-Za-z0-9_-]{43}$/)
      .nullable(),
    sealed: z.string().max(4_096).nullable(),
    overlapSeconds: z.number().int().min(0).max(CLIENT_SECRET_OVERLAP_SECONDS_MAX),
    idempotencyKey: z.uuid(),
  }),
  reply: z.object({
    outcome: z.enum(['rotated', 'unknown_client', 'no_secret', 'wrong_form', 'refused']),
    /** When the secret before ends; null when there was none. */
    previousExpiresAt: z.string().nullable(),
    /** Why a sealed secret was refused. */
    why: z.string().nullable(),
  }),
  examples: [
    {
      request: {
        actor: { kind: 'operator', name: 'ada' },
        clientId: 's6BhdRkqt3',
        digest: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
        sealed: null,
        overlapSeconds: 3600,
        idempotencyKey: '2f1d1a54-9a3f-4f6e-8d24-b1e6a3a0f001',
      },
      reply: { outcome: 'rotated', previousExpiresAt: '2026-01-01T01:00:00.000Z', why: null },
    },
  ],
});
