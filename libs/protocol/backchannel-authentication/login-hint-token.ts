import { type EpochSeconds, OAuthError } from '@tessera/vocabulary';
import { z } from 'zod';
import type { ClientMetadata } from '../client/index.js';
import type { PersonHint } from './backchannel-authentication.js';
import { type ClientJwtPorts, verifyClientJwt } from './client-signed-jwt.js';

/** RFC 9493 §3.2: the formats that name a person of ours. */
const SubjectIdentifier = z.discriminatedUnion('format', [
  z.object({ format: z.literal('email'), email: z.string().min(1).max(512) }),
  z.object({ format: z.literal('opaque'), id: z.string().min(1).max(255) }),
  z.object({ format: z.literal('iss_sub'), iss: z.string(), sub: z.string().min(1).max(255) }),
]);

/**
 * CIBA Core §7.1 leaves open what a `login_hint_token` is. Ours: a JWT the client signs with the key of its requests or its
 * assertions, for us, with an end, and a subject identifier (RFC 9493) that is an address or the subject we gave the client.
 *
 * @throws {OAuthError} `backchannel_authentication.login_hint_token`, `.login_hint_token_expired`. @throws {Outage}
 */
export async function readLoginHintToken(
  token: string,
  client: ClientMetadata,
  ports: ClientJwtPorts,
  { issuer, now }: { readonly issuer: string; readonly now: EpochSeconds },
): Promise<PersonHint> {
  const algorithm = client.registration.backchannelRequestSigningAlgorithm ?? client.assertionAlgorithm;
  if (algorithm === null) throw refused(client, 'the client has no keys');
  const { claims, fault } = await verifyClientJwt(token, client, algorithm, ports);
  if (claims === null) throw refused(client, fault);
  const { iss, aud, exp } = claims;
  if (iss !== client.clientId) throw refused(client, 'iss');
  if (aud !== issuer && !(Array.isArray(aud) && aud.length === 1 && aud[0] === issuer)) throw refused(client, 'aud');
  if (typeof exp !== 'number') throw refused(client, 'exp');
  const named = SubjectIdentifier.safeParse(claims['sub_id']);
  if (!named.success) throw refused(client, 'sub_id');
  // Said only to whoever could have made one that is good (§13).
  if (exp <= now) throw new OAuthError('backchannel_authentication.login_hint_token_expired', { clientId: client.clientId });
  return personNamed(named.data, client, issuer);
}

function personNamed(identifier: z.infer<typeof SubjectIdentifier>, client: ClientMetadata, issuer: string): PersonHint {
  switch (identifier.format) {
    case 'email':
      return { kind: 'identifier', value: identifier.email };
    case 'opaque':
      return { kind: 'subject', value: identifier.id };
    case 'iss_sub':
      if (identifier.iss !== issuer) throw refused(client, 'iss of sub_id');
      return { kind: 'subject', value: identifier.sub };
  }
}

function refused({ clientId }: ClientMetadata, why: string): OAuthError {
  return new OAuthError('backchannel_authentication.login_hint_token', { clientId, why });
}
