import { createHash, createPublicKey, verify } from 'node:crypto';
import { CHECKS, parsed } from './sampled-answers.mjs';

const SIGNATURES = {
  RS256: (key) => ({ key }),
  ES256: (key) => ({ key, dsaEncoding: 'ieee-p1363' }),
};

/**
 * Looks at sampled answers as a resource server or a client would. `verified` names the check; without one the samples are token
 * answers by client_credentials. Returns what is wrong, in words; empty when all is well.
 */
export async function problemsOf(samples, { issuer, signed = false, verified = '' }) {
  if (samples.length === 0) return ['no answer was sampled'];
  const keys = signed || verified ? await publishedKeys(issuer) : null;
  const problems = verified
    ? CHECKS[verified](samples, { issuer, claimsOf: (compact, algorithm) => claimsOf(compact, algorithm, keys), halfHash })
    : answersByCredentials(samples, { issuer, keys });
  return [...new Set(problems)];
}

function answersByCredentials(samples, { issuer, keys }) {
  const problems = samples.map((text) => problemOf(text, { issuer, keys })).filter(Boolean);
  if (new Set(samples).size !== samples.length) problems.push('the same token was given twice');
  return problems;
}

async function publishedKeys(issuer) {
  const response = await fetch(`${issuer}/jwks`);
  const { keys } = await response.json();
  return new Map(keys.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: 'jwk' })]));
}

function problemOf(text, { issuer, keys }) {
  const answer = parsed(text);
  if (answer === null) return 'an answer is no JSON';
  if (typeof answer.access_token !== 'string' || answer.token_type !== 'Bearer' || !(answer.expires_in > 0))
    return 'an answer lacks access_token, token_type or expires_in (RFC 6749 §5.1)';
  if (keys === null) return null;
  const { problem, claims } = claimsOf(answer.access_token, 'ES256', keys);
  if (problem !== undefined) return problem;
  return claims?.iss === issuer ? null : 'a token names another issuer';
}

/** `{ claims }` of a JWT that one of the published keys signed by this algorithm, or `{ problem }`. */
function claimsOf(compact, algorithm, keys) {
  const [head, body, signature] = String(compact).split('.');
  const header = parsed(Buffer.from(head ?? '', 'base64url').toString());
  const key = keys.get(header?.kid);
  if (key === undefined) return { problem: 'a token names a key that is not published' };
  const good = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    SIGNATURES[algorithm](key),
    Buffer.from(signature ?? '', 'base64url'),
  );
  if (header.alg !== algorithm || !good) return { problem: `a token does not verify as ${algorithm}` };
  return { claims: parsed(Buffer.from(body, 'base64url').toString()) };
}

/** OIDC Core §3.1.3.6: the left half of the SHA-256, for ID tokens by RS256. */
function halfHash(text) {
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
}
