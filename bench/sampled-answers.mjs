/**
 * What is wrong with the sampled answers of a scenario, in words. Each check gets the samples its conversation made; `claimsOf`
 * verifies a JWT with the published keys.
 */
export const CHECKS = { tokens: tokensProblems, deviceTokens, polledTokens, pending, rotation, introspection, userinfo, pushed };

/** The JSON value, or null. */
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Ours: four requests make a code flow, or what is compared is not what was measured. */
const REQUESTS_OF_CODE_FLOW = 4;

function tokensProblems(samples, { issuer, claimsOf, halfHash }) {
  const problems = samples.flatMap(({ nonce, requests, tokens }) => [
    ...(requests === undefined || requests === REQUESTS_OF_CODE_FLOW ? [] : [`a code flow took ${requests} requests`]),
    ...tokenProblems(tokens, { issuer, claimsOf, halfHash }),
    ...(claimsOf(tokens.id_token, 'RS256').claims?.nonce === nonce ? [] : ['an ID token has another nonce (OIDC Core §3.1.3.7)']),
  ]);
  return [...problems, ...repeated(samples.map(({ tokens }) => tokens.access_token), 'access token')];
}

/** Ours: eight requests make a device flow. */
const REQUESTS_OF_DEVICE_FLOW = 8;

function deviceTokens(samples, context) {
  const problems = samples.flatMap(({ requests, tokens }) => [
    ...(requests === REQUESTS_OF_DEVICE_FLOW ? [] : [`a device flow took ${requests} requests`]),
    ...tokenProblems(tokens, context),
  ]);
  return [...problems, ...repeated(samples.map(({ tokens }) => tokens.access_token), 'access token')];
}

/** Ours: four requests make a CIBA flow. */
const REQUESTS_OF_BACKCHANNEL_FLOW = 4;

function polledTokens(samples, context) {
  const problems = samples.flatMap(({ requests, tokens }) => [
    ...(requests === REQUESTS_OF_BACKCHANNEL_FLOW ? [] : [`a CIBA flow took ${requests} requests`]),
    ...tokenProblems(tokens, context),
  ]);
  return [...problems, ...repeated(samples.map(({ tokens }) => tokens.access_token), 'access token')];
}

/** CIBA Core §11: a request that waits is pending, and is polled again no sooner than its interval. */
function pending(samples) {
  return samples.flatMap(({ error }) => (error === 'authorization_pending' ? [] : [`a poll was answered ${error}`]));
}

/** One token answer with an ID token (RFC 6749 §5.1, OIDC Core §3.1.3.3, §3.1.3.7). */
function tokenProblems(tokens, { issuer, claimsOf, halfHash }) {
  const problems = [];
  if (tokens.token_type !== 'Bearer' || !(tokens.expires_in > 0)) problems.push('an answer lacks token_type or expires_in (RFC 6749 §5.1)');
  const access = claimsOf(tokens.access_token, 'ES256');
  const identity = claimsOf(tokens.id_token, 'RS256');
  for (const { problem } of [access, identity]) if (problem !== undefined) problems.push(problem);
  if (access.claims === undefined || identity.claims === undefined) return problems;
  const { claims } = identity;
  if (claims.iss !== issuer || access.claims.iss !== issuer) problems.push('a token names another issuer');
  if (![claims.aud].flat().includes(access.claims.client_id)) problems.push('an ID token is for another client (OIDC Core §2)');
  if (claims.sub !== access.claims.sub) problems.push('ID token and access token are about two subjects');
  if (claims.at_hash !== undefined && claims.at_hash !== halfHash(tokens.access_token)) problems.push('an ID token has a wrong at_hash');
  if (!(claims.exp > claims.iat)) problems.push('an ID token has no end');
  return problems;
}

/** RFC 6749 §6, REF-1: each answer brings another refresh token. The chain itself proved that each was good once. */
function rotation(samples, context) {
  const problems = samples.flatMap(({ presented, tokens }) => [
    ...(tokens.refresh_token === presented ? ['a refresh token was not replaced'] : []),
    ...(tokens.id_token === undefined ? accessProblems(tokens, context) : tokenProblems(tokens, context)),
  ]);
  return [
    ...problems,
    ...repeated(samples.map(({ tokens }) => tokens.access_token), 'access token'),
    ...repeated(samples.map(({ tokens }) => tokens.refresh_token), 'refresh token'),
  ];
}

function accessProblems({ access_token: token }, { issuer, claimsOf }) {
  const { problem, claims } = claimsOf(token, 'ES256');
  if (problem !== undefined) return [problem];
  return claims?.iss === issuer ? [] : ['a token names another issuer'];
}

/** RFC 7662 §2.2. */
function introspection(samples, { issuer }) {
  return samples.flatMap(({ subject, answer }) => [
    ...(answer.active === true ? [] : ['a live token is said to be inactive']),
    ...(answer.sub === subject ? [] : ['a token is about another subject than its ID token']),
    ...(answer.iss === issuer ? [] : ['a token names another issuer']),
  ]);
}

/** OIDC Core §5.3.2: `sub` MUST be that of the ID token. */
function userinfo(samples) {
  return samples.flatMap(({ subject, answer }) => (typeof subject === 'string' && answer.sub === subject ? [] : ['userinfo is about another subject than the ID token']));
}

/** RFC 9126 §2.2. */
function pushed(samples) {
  const answers = samples.map(parsed);
  const good = (answer) => typeof answer?.request_uri === 'string' && answer.request_uri.startsWith('urn:') && answer.expires_in > 0;
  return [
    ...answers.filter((answer) => !good(answer)).map(() => 'an answer lacks request_uri or expires_in (RFC 9126 §2.2)'),
    ...repeated(answers.map((answer) => answer?.request_uri), 'request_uri'),
  ];
}

function repeated(values, what) {
  return new Set(values).size === values.length ? [] : [`the same ${what} was given twice`];
}
