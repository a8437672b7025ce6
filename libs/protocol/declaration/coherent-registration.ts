import { type ClientRegistration, USER_GRANT_TYPES } from '../client/index.js';
import { OUTBOUND_URL_EXPECTED, parseOutboundUrl } from '../outbound-url/index.js';
import {
  INITIATE_LOGIN_URL_EXPECTED,
  isPageUrl,
  LOGOUT_URL_EXPECTED,
  logoutUrlFault,
  PAGE_URL_EXPECTED,
  REDIRECT_URI_EXPECTED,
  redirectUriFault,
  redirectUriHost,
} from '../redirect-uri/index.js';
import { backchannelProblems, backchannelRegistrationOf } from './backchannel-registration.js';
import type { DeclarationPath, DeclarationProblem, DeclaredClient } from './declaration.js';
import { requestProblems, requestRegistrationOf } from './coherent-requests.js';
import { problem, repeated, show } from './declared-entry.js';

/** What a client registers for signing people in, with the defaults of its profile. Call it for a coherent client only. */
export function registrationOf(client: DeclaredClient): ClientRegistration {
  const fapi = client.profile !== 'openid';
  return {
    applicationType: client.applicationType,
    redirectUris: client.redirectUris,
    postLogoutRedirectUris: client.postLogoutRedirectUris,
    ...requestRegistrationOf(client),
    requirePushedAuthorizationRequests: client.requirePushedAuthorizationRequests ?? fapi,
    requireProofKey: client.requireProofKey ?? true,
    firstParty: client.firstParty,
    clientUri: client.clientUri,
    logoUri: client.logoUri,
    policyUri: client.policyUri,
    tosUri: client.tosUri,
    initiateLoginUri: client.initiateLoginUri,
    frontchannelLogoutUri: client.frontchannelLogoutUri,
    frontchannelLogoutSessionRequired: client.frontchannelLogoutSessionRequired,
    backchannelLogoutUri: client.backchannelLogoutUri,
    backchannelLogoutSessionRequired: client.backchannelLogoutSessionRequired,
    verified: true,
    // OIDC Registration §2: RS256 unless registered otherwise. FAPI 2.0 Security §5.4.1 does not allow it.
    idTokenSigningAlgorithm: client.idTokenSigningAlgorithm ?? (fapi ? 'PS256' : 'RS256'),
    userinfoSigningAlgorithm: client.userinfoSigningAlgorithm,
    subjectType: client.subjectType,
    sectorIdentifier: client.sectorIdentifier ?? (client.subjectType === 'pairwise' ? onlyHost(client) : null),
    defaultMaxAgeSeconds: client.defaultMaxAgeSeconds,
    defaultAcrValues: client.defaultAcrValues,
    rotateRefreshTokens: client.rotateRefreshTokens,
    refreshRetryWindowSeconds: client.refreshRetryWindowSeconds,
    refreshTokenIdleSeconds: client.refreshTokenIdleSeconds,
    refreshTokenLifetimeSeconds: client.refreshTokenLifetimeSeconds,
    ...backchannelRegistrationOf(client),
  };
}

/** Checks what a client says about signing people in against itself. */
export function registrationProblems(client: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  return [
    ...redirectUris(client, path),
    ...pages(client, path),
    ...initiateLogin(client, path),
    ...frontchannelLogout(client, path),
    ...backchannelLogout(client, path),
    ...repeated(client.responseModes ?? [], [...path, 'responseModes'], 'the response mode'),
    ...requestProblems(client, path),
    ...userGrants(client, path),
    ...proofKey(client, path),
    ...pairwise(client, path),
    ...refreshTokens(client, path),
    ...fapi(client, path),
    ...backchannelProblems(client, path),
  ];
}

/** REG-2, AUT-1: each may be compared as a string, and each is there once. */
function redirectUris(client: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  return (['redirectUris', 'postLogoutRedirectUris'] as const).flatMap((member) => [
    ...repeated(client[member], [...path, member], 'the URI'),
    ...client[member].flatMap((uri, index) => {
      const fault = redirectUriFault(uri, client.applicationType);
      return fault === null ? [] : [problem([...path, member, index], `${show(uri)} ${fault}`, REDIRECT_URI_EXPECTED)];
    }),
  ]);
}

function pages(client: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  return (['clientUri', 'logoUri', 'policyUri', 'tosUri'] as const).flatMap((member) => {
    const url = client[member];
    return url === null || isPageUrl(url) ? [] : [problem([...path, member], `${show(url)} is no page to be offered`, PAGE_URL_EXPECTED)];
  });
}

/** OIDC Registration §2: `initiate_login_uri` MUST use the https scheme. */
function initiateLogin({ initiateLoginUri: url }: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  if (url === null || (url.startsWith('https:') && isPageUrl(url))) return [];
  return [problem([...path, 'initiateLoginUri'], `${show(url)} is no https address`, INITIATE_LOGIN_URL_EXPECTED)];
}

/** Front-Channel Logout §2: https, and the scheme, host and port of one of the redirect URIs. */
function frontchannelLogout(client: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  const { frontchannelLogoutUri: url } = client;
  const at = [...path, 'frontchannelLogoutUri'];
  if (url === null) {
    return client.frontchannelLogoutSessionRequired
      ? [problem([...path, 'frontchannelLogoutSessionRequired'], 'there is no frontchannel_logout_uri', 'false, or nothing')]
      : [];
  }
  const fault = logoutUrlFault(url);
  if (fault !== null) return [problem(at, `${show(url)} ${fault}`, LOGOUT_URL_EXPECTED)];
  const { origin } = new URL(url);
  return client.redirectUris.some((uri) => URL.canParse(uri) && new URL(uri).origin === origin)
    ? []
    : [problem(at, `${show(url)} has the origin of no redirect URI`, 'the scheme, host and port of one of the redirect URIs')];
}

/** Back-Channel Logout §2.2, OUT-1: an address the worker may call. Which hosts it reaches is decided when it is called (OUT-2). */
function backchannelLogout({ backchannelLogoutUri: url, backchannelLogoutSessionRequired }: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  if (url === null) {
    return backchannelLogoutSessionRequired
      ? [problem([...path, 'backchannelLogoutSessionRequired'], 'there is no backchannel_logout_uri', 'false, or nothing')]
      : [];
  }
  return 'fault' in parseOutboundUrl(url) ? [problem([...path, 'backchannelLogoutUri'], `${show(url)} is no address that can be called`, OUTBOUND_URL_EXPECTED)] : [];
}

/** What each grant with a user needs: RFC 6749 §3.1.2.2, §6; GEN-10. */
function userGrants(client: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  const { grantTypes } = client;
  const at = (grantType: DeclaredClient['grantTypes'][number]) => [...path, 'grantTypes', grantTypes.indexOf(grantType)];
  const found: DeclarationProblem[] = [];
  if (grantTypes.includes('authorization_code') && client.redirectUris.length === 0) {
    found.push(problem([...path, 'redirectUris'], 'authorization_code needs a redirect URI', 'at least one (RFC 6749 §3.1.2.2)'));
  }
  if (grantTypes.includes('refresh_token') && !grantTypes.some((one) => USER_GRANT_TYPES.includes(one))) {
    found.push(problem(at('refresh_token'), 'no other grant of the client gives a refresh token', `${USER_GRANT_TYPES.join(' or ')} beside it`));
  }
  if (grantTypes.includes('password') && client.authenticationMethod === 'none') {
    found.push(problem(at('password'), 'a public client cannot use password', 'a client that authenticates (GEN-10)'));
  }
  if (client.scope.includes('offline_access') && !grantTypes.includes('refresh_token')) {
    const place = [...path, 'scope', client.scope.indexOf('offline_access')];
    found.push(problem(place, 'offline_access asks for a refresh token, and the client has no such grant', 'refresh_token among its grant types'));
  }
  return found;
}

/** COD-5, RFC 9700 §2.1.1: a public client has nothing else that binds a code to it. */
function proofKey({ authenticationMethod, requireProofKey }: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  if (authenticationMethod !== 'none' || requireProofKey !== false) return [];
  return [problem([...path, 'requireProofKey'], 'a public client cannot do without PKCE', 'true, or nothing (RFC 9700 §2.1.1)')];
}

/** OIDC Core §8.1: pairwise subjects are made for one host; several hosts have to say which, because they must agree. */
function pairwise(client: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  const at = [...path, 'sectorIdentifier'];
  if (client.subjectType === 'public') {
    return client.sectorIdentifier === undefined ? [] : [problem(at, 'the subjects of the client are public', 'subject_type pairwise, or no sector')];
  }
  return client.sectorIdentifier !== undefined || onlyHost(client) !== null
    ? []
    : [problem(at, 'the redirect URIs of a pairwise client do not have one host', 'the host that its subjects are made for')];
}

function onlyHost({ redirectUris: uris }: DeclaredClient): string | null {
  const [only = null, ...others] = new Set(uris.map(redirectUriHost));
  return others.length === 0 ? only : null;
}

/** REF-6: a family that ends before it may rest is a mistake of writing. */
function refreshTokens(client: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  const { refreshTokenIdleSeconds: idle, refreshTokenLifetimeSeconds: lifetime } = client;
  if (idle === null || lifetime === null || idle <= lifetime) return [];
  return [problem([...path, 'refreshTokenIdleSeconds'], 'is longer than refresh_token_lifetime_seconds', `at most ${lifetime}`)];
}

/**
 * FAPI 2.0 Security §5.3.2.1 and §5.3.2.2, FAPI 1 Advanced §5.2.2: pushed requests with PKCE, https, no rotation, no password, no
 * RS256. FAPI 1 Advanced §5.2.2 takes signed request objects instead of pushed ones, where the client always signs.
 */
function fapi(client: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  const { profile } = client;
  if (profile === 'openid') return [];
  const refuse = (member: keyof DeclaredClient, what: string, expected: string) =>
    problem([...path, member], `the profile ${profile} does not allow ${what}`, expected);
  return [
    ...(client.requirePushedAuthorizationRequests === false && !(profile === 'fapi1-advanced' && client.requireSignedRequestObject) ? [refuse('requirePushedAuthorizationRequests', 'requests that are not pushed', 'true, or nothing')] : []),
    ...(client.requireProofKey === false ? [refuse('requireProofKey', 'codes without PKCE', 'true, or nothing')] : []),
    ...(client.rotateRefreshTokens === true ? [refuse('rotateRefreshTokens', 'rotation of refresh tokens', 'false, or nothing')] : []),
    ...(client.grantTypes.includes('password') ? [refuse('grantTypes', 'the grant password', 'other grants')] : []),
    ...(client.idTokenSigningAlgorithm === 'RS256' ? [refuse('idTokenSigningAlgorithm', 'RS256', 'PS256, ES256 or EdDSA')] : []),
    ...(client.userinfoSigningAlgorithm === 'RS256' ? [refuse('userinfoSigningAlgorithm', 'RS256', 'PS256, ES256 or EdDSA')] : []),
    ...(client.applicationType === 'web' && client.redirectUris.some((uri) => uri.startsWith('http:'))
      ? [refuse('redirectUris', 'http for a web client', 'https redirect URIs')]
      : []),
  ];
}
