import { createPublicKey, verify } from 'node:crypto';

/** Looks at sampled answers as a resource server would. Returns what is wrong, in words; empty when all is well. */
export async function problemsOf(samples, { issuer, signed }) {
  if (samples.length === 0) return ['no answer was sampled'];
  const keys = signed ? await publishedKeys(issuer) : null;
  const problems = samples.map((text) => problemOf(text, { issuer, keys })).filter(Boolean);
  if (new Set(samples).size !== samples.length) problems.push('the same token was given twice');
  return [...new Set(problems)];
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
  const [head, body, signature] = answer.access_token.split('.');
  const header = parsed(Buffer.from(head ?? '', 'base64url').toString());
  const key = keys.get(header?.kid);
  if (key === undefined) return 'a token names a key that is not published';
  const good = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature ?? '', 'base64url'),
  );
  if (header.alg !== 'ES256' || !good) return 'a token does not verify as ES256';
  return parsed(Buffer.from(body, 'base64url').toString())?.iss === issuer ? null : 'a token names another issuer';
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
