import { StandardClaims } from '../account/index.js';
import { claimsAskedFor, claimsOfScope, selectClaims } from './index.js';

const PERSON = {
  name: 'Jane Doe', given_name: 'Jane', email: 'janedoe@example.com', email_verified: true, phone_number: '+1 (425) 555-1212',
  phone_number_verified: false, address: { formatted: '1 Main St' }, updated_at: 1_311_280_970,
};

describe('OIDC Core §5.4 requesting claims using scope values', () => {
  it.each([
    ['openid', []],
    ['email', ['email', 'email_verified']],
    ['phone', ['phone_number', 'phone_number_verified']],
    ['address', ['address']],
    ['orders.read', []],
    ['constructor', []],
    ['Email', []],
  ])('%s asks for %j', (scope, expected) => {
    expect(claimsOfScope([scope])).toEqual(expected);
  });

  it('profile asks for 14 claims', () => {
    expect(claimsOfScope(['profile'])).toHaveLength(14);
  });

  it('all four together ask for every standard claim, each once', () => {
    expect([...claimsOfScope(['openid', 'phone', 'profile', 'address', 'email'])].sort()).toEqual(Object.keys(StandardClaims.shape).sort());
  });
});

describe('OIDC Core §5.5 requesting claims using the claims parameter', () => {
  const CLAIMS = { userinfo: { given_name: { essential: true }, nickname: null }, id_token: { auth_time: { essential: true } } };

  it('names what each member asks for', () => {
    expect(claimsAskedFor(CLAIMS, 'userinfo')).toEqual(['given_name', 'nickname']);
    expect(claimsAskedFor(CLAIMS, 'id_token')).toEqual(['auth_time']);
  });

  it.each([[{}], [{ userinfo: null }], [{ userinfo: 'name' }]])('asks for nothing with %j', (claims) => {
    expect(claimsAskedFor(claims, 'userinfo')).toEqual([]);
  });
});

describe('OIDC Core §5.3.2 claims that are told', () => {
  it('are those wanted and known', () => {
    expect(selectClaims(PERSON, ['email', 'email_verified', 'name', 'nickname'])).toEqual({ email: 'janedoe@example.com', email_verified: true, name: 'Jane Doe' });
  });

  it('SHOULD be left out rather than null', () => {
    expect(selectClaims({ name: null, nickname: 'J' }, ['name', 'nickname'])).toEqual({ nickname: 'J' });
  });

  it.each(['sub', 'password', 'constructor', '__proto__', 'iss'])('MUST NOT include %s, whatever is stored and asked for', (name) => {
    expect(selectClaims({ ...PERSON, [name]: 'x' }, [name])).toEqual({});
  });

  it('keeps a boolean that is false', () => {
    expect(selectClaims(PERSON, ['phone_number_verified'])).toEqual({ phone_number_verified: false });
  });
});
