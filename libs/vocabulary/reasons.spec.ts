import { OAuthError, REASONS, specificationOf, statusOf } from './index.js';

describe.each(Object.entries(REASONS))('RFC 6749 §5.2 the refusal %s', (id, reason) => {
  it('has a description of allowed characters that is no sentence about us', () => {
    expect(reason.description).toMatch(/^[\x20\x21\x23-\x5B\x5D-\x7E]+$/);
  });

  it('has an id of the form <feature>.<what>, fit for a metric label', () => {
    expect(id).toMatch(/^[a-z_]+\.[a-z0-9_]+$/);
  });

  it('says what the request should have been, and who says so', () => {
    expect(reason.expected.length).toBeGreaterThan(5);
    expect(reason.spec).toMatch(/§|Appendix|Ours/);
  });

  it('travels with the status of its code', () => {
    expect(statusOf(reason.code)).toBeGreaterThanOrEqual(400);
    expect(specificationOf(reason.code)).toMatch(/^(RFC \d+|OIDC [A-Z][A-Za-z ]+|CIBA Core) §/);
  });
});

describe('CLI-2 a failed client authentication says nothing about why', () => {
  it('has one wire answer for every reason that is invalid_client', () => {
    const answers = Object.entries(REASONS)
      .filter(([, reason]) => reason.code === 'invalid_client')
      .map(([, reason]) => reason.description);
    expect(new Set(answers).size).toBe(1);
  });
});

describe('Ours: a refusal keeps its detail to itself', () => {
  it('puts code and description on the wire and nothing else', () => {
    const error = new OAuthError('client_authentication.wrong_secret', { clientId: 's6BhdRkqt3' });
    expect(error.status).toBe(401);
    expect(error.toWire()).toEqual({ error: 'invalid_client', error_description: 'client authentication failed' });
  });
});
