import { StandardClaims } from './index.js';

const EVERY = {
  name: 'Jane Doe',
  given_name: 'Jane',
  family_name: 'Doe',
  middle_name: 'Q',
  nickname: 'JD',
  preferred_username: 'j.doe',
  profile: 'https://example.com/janedoe',
  picture: 'https://example.com/janedoe/me.jpg',
  website: 'https://janedoe.example.com',
  email: 'janedoe@example.com',
  email_verified: true,
  gender: 'female',
  birthdate: '0000-10-31',
  zoneinfo: 'America/Los_Angeles',
  locale: 'en-US',
  phone_number: '+1 310 123 4567',
  phone_number_verified: false,
  address: { formatted: 'x', street_address: 'x', locality: 'x', region: 'x', postal_code: 'x', country: 'x' },
  updated_at: 1_311_280_970,
};

describe('OIDC Core §5.1 the standard claims', () => {
  it('are these, and each may be absent', () => {
    expect(StandardClaims.parse(EVERY)).toEqual(EVERY);
    expect(StandardClaims.parse({})).toEqual({});
  });

  it.each([
    ['birthdate', '31.10.1990'],
    ['birthdate', '1990-10'],
    ['email', 'janedoe'],
    ['email_verified', 'true'],
    ['phone_number_verified', 1],
    ['updated_at', '1311280970'],
    ['updated_at', -1],
    ['name', ''],
    ['address', 'Berlin'],
  ])('%s MUST NOT be %j', (claim, value) => {
    expect(StandardClaims.safeParse({ [claim]: value }).success).toBe(false);
  });

  it.each(['1990-10-31', '0000-10-31', '1990'])('birthdate may be %j', (birthdate) => {
    expect(StandardClaims.parse({ birthdate })).toEqual({ birthdate });
  });
});
