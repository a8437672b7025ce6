import { createPrivateKey, randomBytes, sign } from 'node:crypto';

/** An HTTP/1.1 request as text. The body is form-encoded ASCII, so characters are bytes. */
export function requestText({ method, path, host, headers, body }) {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `host: ${host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  if (body !== undefined) lines.push('content-type: application/x-www-form-urlencoded', `content-length: ${body.length}`);
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}

/** A POST of form fields, `[name, value]` each. */
export function formRequest({ path, host, headers, fields }) {
  return requestText({ method: 'POST', path, host, headers, body: new URLSearchParams(fields).toString() });
}

/** Where the texts of a run come from: `next()` gives one, `prepare(count)` makes that many ahead of time. */
export function requestSource({ kind, ...description }) {
  return kind === 'assertion' ? new AssertionRequests(description) : new SameRequest(description);
}

/** The same request every time. */
class SameRequest {
  constructor(description) {
    this.text = requestText(description);
  }

  prepare() {}

  next() {
    return this.text;
  }
}

/**
 * Token requests with a client assertion (RFC 7523 §3), each with a `jti` of its own. Signing costs more than sending, so the
 * assertions of a measured stretch are signed before it begins; `late` counts those that were not enough.
 */
class AssertionRequests {
  constructor({ host, path, parameters, clientId, audience, jwk, lifetimeSeconds = 280 }) {
    Object.assign(this, { host, path, parameters, clientId, audience, lifetimeSeconds });
    this.key = { key: createPrivateKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
    this.header = encode({ alg: 'ES256', ...(jwk.kid ? { kid: jwk.kid } : {}) });
    this.ready = [];
    this.late = 0;
  }

  prepare(count) {
    this.ready = Array.from({ length: count }, () => this.make());
    this.late = 0;
  }

  next() {
    const text = this.ready.pop();
    if (text !== undefined) return text;
    this.late += 1;
    return this.make();
  }

  make() {
    const now = Math.floor(Date.now() / 1000);
    const claims = encode({
      iss: this.clientId,
      sub: this.clientId,
      aud: this.audience,
      iat: now,
      exp: now + this.lifetimeSeconds,
      jti: randomBytes(16).toString('base64url'),
    });
    const input = `${this.header}.${claims}`;
    const assertion = `${input}.${sign('sha256', Buffer.from(input), this.key).toString('base64url')}`;
    const form = new URLSearchParams({
      ...this.parameters,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
    return requestText({
      method: 'POST',
      path: this.path,
      host: this.host,
      headers: {},
      body: `${form}&client_assertion=${assertion}`,
    });
  }
}

function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
