import { provenSector, presentedTokenDigest, registrationTokenDigest } from './index.js';

const URI = 'https://sector.example/uris.json';
const CALLBACK = 'https://client.example.org/cb';
const prove = (fetched: { document: unknown } | { why: string }, redirectUris = [CALLBACK]) =>
  provenSector({ sectorIdentifierUri: URI, redirectUris }, { fetch: () => Promise.resolve(fetched) });

describe('OIDC Core §8.1, OIDC Registration §5 the sector a client says it belongs to', () => {
  it('is proven by the document that lists its redirect URIs', async () => {
    await expect(prove({ document: ['https://other.example/cb', CALLBACK] })).resolves.toBeUndefined();
  });

  it('is not asked about where none is named', async () => {
    const fetch = () => Promise.reject(new Error('asked'));
    await expect(provenSector({ sectorIdentifierUri: null, redirectUris: [CALLBACK] }, { fetch })).resolves.toBeUndefined();
  });

  it.each([
    ['the document cannot be had', { why: 'its host did not answer in time' }],
    ['the document is no list', { document: { uris: [CALLBACK] } }],
    ['the list has something else than text', { document: [CALLBACK, 1] }],
    ['a redirect URI is missing', { document: ['https://client.example.org/cb/'] }],
    ['the list is empty', { document: [] }],
  ])('MUST be refused when %s', async (_case, fetched) => {
    await expect(prove(fetched)).rejects.toMatchObject({ reason: 'client_registration.sector_identifier_uri' });
  });
});

describe('RFC 6750 §2.1 the token of a registration request', () => {
  const TOKEN = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  it('is looked up by its hash (GEN-5), with its scheme in any case', () => {
    expect(presentedTokenDigest({ authorization: [`bearer ${TOKEN}`] })).toEqual(registrationTokenDigest(TOKEN));
  });
  it.each([[[]], [[`Bearer ${TOKEN}`, `Bearer ${TOKEN}`]], [[`Basic ${TOKEN}`]], [[`Bearer ${TOKEN}x`]], [['Bearer ']], [[`Bearer ${TOKEN}, x`]]])('MUST NOT be read from %j', (authorization) => {
    expect(presentedTokenDigest({ authorization })).toBeNull();
  });
});
