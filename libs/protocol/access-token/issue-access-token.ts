import { OAuthError } from '@tessera/vocabulary';
import type { ResourceMetadata } from '../client/index.js';
import { ACCESS_TOKEN_TYPE, type IssuedAccessToken, type IssuingPorts } from './access-token.js';
import { accessTokenClaims, audienceOf, jtiOf, subjectOf } from './access-token-claims.js';
import type { Entitlement } from './entitlement.js';
import { tokenHash } from './presented-token.js';

/**
 * Makes the token an entitlement is worth, in the format of its resource (decision 14). The resource is looked up here, not
 * handed over: an entitlement may have been decided in another process a while ago.
 *
 * @throws {OAuthError} `resource.unknown` when the resource was withdrawn meanwhile.
 * @throws {Outage} without a lease (JWT) or without the database (opaque): nothing is said then.
 */
export async function issueAccessToken(entitlement: Entitlement, ports: IssuingPorts): Promise<IssuedAccessToken> {
  const resource = await ports.resources.find(entitlement.resource);
  if (resource === null || !resource.enabled) throw new OAuthError('resource.unknown', { resource: entitlement.resource });
  const signed = resource.tokenFormat === 'jwt';
  const token = signed ? issueJwt(entitlement, resource, ports) : await issueHandle(entitlement, ports);
  return { token, lifetimeSeconds: entitlement.lifetimeSeconds, scope: entitlement.authority.scope, algorithm: signed ? resource.signingAlgorithm : null };
}

/** RFC 9068. No row, no hop. */
function issueJwt(entitlement: Entitlement, { signingAlgorithm }: ResourceMetadata, ports: IssuingPorts): string {
  const jti = jtiOf(entitlement.grantId, ports.values.jti());
  const claims = accessTokenClaims(entitlement, { issuer: ports.issuer, issuedAt: ports.clock.epochSeconds(), jti });
  const { token, kid } = ports.signer.sign(signingAlgorithm, ACCESS_TOKEN_TYPE, claims);
  ports.statelessIssuance.issued({ jti, clientId: entitlement.clientId, scope: entitlement.authority.scope, kid });
  return token;
}

/** RFC 6749 §1.4: an identifier used to retrieve the authorization information. Committed before it is said (I2). */
async function issueHandle(entitlement: Entitlement, ports: IssuingPorts): Promise<string> {
  const { clientId, subject, grantId, authority, confirmation, lifetimeSeconds } = entitlement;
  const audience = audienceOf(entitlement, ports.issuer);
  const handle = ports.values.handle();
  await ports.opaqueAccessTokens.insert({
    tokenHash: tokenHash(handle),
    jti: jtiOf(grantId, ports.values.jti()),
    clientId,
    subject: { kind: subject.kind, id: subjectOf(subject, clientId) },
    grantId,
    authority: { ...authority, resources: typeof audience === 'string' ? [audience] : [...audience] },
    confirmation,
    lifetimeSeconds,
  });
  return handle;
}
