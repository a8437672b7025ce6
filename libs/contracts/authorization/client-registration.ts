import { EdgeRequest, EndpointReply } from '@tessera/protocol/edge';
import {
  INITIAL_ACCESS_TOKEN_PAGE_MAX,
  INITIAL_ACCESS_TOKEN_SECONDS_MAX,
  INITIAL_ACCESS_TOKEN_USES_MAX,
  NAME_LENGTH_MAX,
  RegisteredClientId,
} from '@tessera/vocabulary';
import { z } from 'zod';
import { defineRequest } from '../define-contract.js';
import { OperatorActor } from '../key-management/administration.js';

/** Milliseconds: a `sector_identifier_uri` may have to be fetched, from a host that is slow. */
const REGISTRATION_DEADLINE_MS = 7_000;

/** The JSON object a client sent; what of it is understood is the owner's decision. */
const ClientMetadataDocument = z.record(z.string(), z.unknown());

const EXAMPLE_TOKEN = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const EXAMPLE_ID = 'rc_2iv3d3YcSTm1vE7vTzrWlA';
const edge = (url: string, method: string) => ({
  parameters: [],
  authorization: [`Bearer ${EXAMPLE_TOKEN}`],
  dpop: [],
  method,
  url,
  clientCertificate: null,
  sourceAddress: '203.0.113.7',
  requestId: 'b7mXkq2n0r9w4c1z',
});
const metadata = { redirect_uris: ['https://client.example.org/cb'], client_name: 'Example client' };
const information = { client_id: EXAMPLE_ID, client_id_issued_at: 1_700_000_000, ...metadata };

/** RFC 7591 §3. Owner: authorization. Caller: gateway. Never resent: it makes a client, and tells its secret once. */
export const ClientRegistrationEndpoint = defineRequest({
  subject: 'authorization.endpoint.registration.v1',
  callers: ['gateway'],
  resend: 'never',
  deadlineMs: REGISTRATION_DEADLINE_MS,
  request: z.object({ edge: EdgeRequest, metadata: ClientMetadataDocument }),
  reply: EndpointReply,
  examples: [
    {
      request: { edge: edge('https://as.example.com/register', 'POST'), metadata },
      reply: { status: 201, body: { ...information, registration_access_token: EXAMPLE_TOKEN }, headers: {} },
    },
  ],
});

/**
 * RFC 7592 §2: read (`GET`), replace (`PUT`), delete (`DELETE`). Owner: authorization. Caller: gateway. Never resent: an update tells
 * its next token once.
 */
export const ClientConfigurationEndpoint = defineRequest({
  subject: 'authorization.endpoint.client-configuration.v1',
  callers: ['gateway'],
  resend: 'never',
  deadlineMs: REGISTRATION_DEADLINE_MS,
  request: z.object({
    edge: EdgeRequest,
    clientId: RegisteredClientId,
    /** Null but for `PUT`. */
    metadata: ClientMetadataDocument.nullable(),
  }),
  reply: EndpointReply,
  examples: [
    {
      request: { edge: edge(`https://as.example.com/register/${EXAMPLE_ID}`, 'GET'), clientId: EXAMPLE_ID, metadata: null },
      reply: { status: 200, body: information, headers: {} },
    },
    {
      request: { edge: edge(`https://as.example.com/register/${EXAMPLE_ID}`, 'DELETE'), clientId: EXAMPLE_ID, metadata: null },
      reply: { status: 204, body: null, headers: {} },
    },
  ],
});

/** An initial access token as the operator sees it: times as ISO 8601, of the token itself nothing. */
export const InitialAccessTokenStatus = z.object({
  id: z.string(),
  name: z.string(),
  uses: z.number().int(),
  usesMax: z.number().int(),
  createdAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
});
/** An initial access token as the operator sees it. */
export type InitialAccessTokenStatus = z.infer<typeof InitialAccessTokenStatus>;

const EXAMPLE_ROW = '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01';
const ada = { kind: 'operator' as const, name: 'ada' };

/**
 * `tessera registration-token create` (REG-1). Owner: authorization. Caller: operator.
 *
 * The token is made by the command line and shown there, once; here comes its SHA-256 (GEN-5). The id makes the message repeatable.
 */
export const AddInitialAccessToken = defineRequest({
  subject: 'authorization.initial-access-token.add.v1',
  callers: ['operator'],
  resend: 'safe',
  request: z.object({
    actor: OperatorActor,
    id: z.uuid(),
    name: z
      .string()
      .min(1)
      .max(NAME_LENGTH_MAX)
      .regex(/^[^\p{Cc}]*$/u),
    digest: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
    usesMax: z.number().int().min(1).max(INITIAL_ACCESS_TOKEN_USES_MAX),
    lifetimeSeconds: z.number().int().min(60).max(INITIAL_ACCESS_TOKEN_SECONDS_MAX),
  }),
  reply: z.object({ expiresAt: z.string() }),
  examples: [
    {
      request: { actor: ada, id: EXAMPLE_ROW, name: 'certification', digest: EXAMPLE_TOKEN, usesMax: 1, lifetimeSeconds: 86_400 },
      reply: { expiresAt: '2026-01-02T00:00:00.000Z' },
    },
  ],
});

/** `tessera registration-token list`. Owner: authorization. Caller: operator. Reads only; pages in the order of ids. */
export const ListInitialAccessTokens = defineRequest({
  subject: 'authorization.initial-access-token.list.v1',
  callers: ['operator'],
  resend: 'safe',
  request: z.object({
    /** The last id of the page before; null for the first page. */
    after: z.string().nullable(),
    limit: z.number().int().min(1).max(INITIAL_ACCESS_TOKEN_PAGE_MAX),
  }),
  reply: z.object({
    tokens: z.array(InitialAccessTokenStatus),
    /** What to ask the next page with; null when there is none. */
    next: z.string().nullable(),
  }),
  examples: [
    {
      request: { after: null, limit: 100 },
      reply: {
        tokens: [
          {
            id: EXAMPLE_ROW,
            name: 'certification',
            uses: 0,
            usesMax: 1,
            createdAt: '2026-01-01T00:00:00.000Z',
            expiresAt: '2026-01-02T00:00:00.000Z',
            revokedAt: null,
          },
        ],
        next: null,
      },
    },
  ],
});

/** `tessera registration-token revoke`. Owner: authorization. Caller: operator. Twice is the same as once. */
export const RevokeInitialAccessToken = defineRequest({
  subject: 'authorization.initial-access-token.revoke.v1',
  callers: ['operator'],
  resend: 'safe',
  request: z.object({ actor: OperatorActor, id: z.uuid() }),
  reply: z.object({ outcome: z.enum(['revoked', 'unchanged', 'unknown']) }),
  examples: [{ request: { actor: ada, id: EXAMPLE_ROW }, reply: { outcome: 'revoked' } }],
});

/**
 * `tessera client disable`, `enable`, `delete`: for clients that registered themselves; a client of a file is changed there (decision
 * 17). Owner: authorization. Caller: operator. Twice is the same as once. What is disabled cannot be changed by its own token (REG-6).
 */
export const ChangeClientState = defineRequest({
  subject: 'authorization.client-state.change.v1',
  callers: ['operator'],
  resend: 'safe',
  request: z.object({ actor: OperatorActor, clientId: z.string().max(128), state: z.enum(['enabled', 'disabled', 'deleted']) }),
  reply: z.object({
    /** `managed_elsewhere`: by a file, which is where to change it. */
    outcome: z.enum(['changed', 'unchanged', 'unknown_client', 'managed_elsewhere']),
  }),
  examples: [{ request: { actor: ada, clientId: EXAMPLE_ID, state: 'disabled' }, reply: { outcome: 'changed' } }],
});
