import { type Authority, authorityOver } from '@tessera/vocabulary';
import { webClient } from '../client/testing.js';
import { covers, mayBeRemembered, rememberedWith } from './index.js';

const ORDERS = 'https://api.example.com/orders';
const over = (scope: string[], claims: Authority['claims'] = {}, resources: string[] = []): Authority => ({ ...authorityOver(scope, resources), claims });

describe('RFC 6749 §10.2 (UIX-8) which answers stand for the next time', () => {
  const confidential = webClient();
  const open = webClient({}, { authenticationMethod: 'none' });
  it.each([
    ['a confidential client', confidential, 'https://client.example.org/cb', true],
    ['a confidential client on loopback', confidential, 'http://127.0.0.1/cb', true],
    ['a public client behind https', open, 'https://client.example.org/cb', true],
    ['a public client on loopback', open, 'http://127.0.0.1:49152/cb', false],
    ['a public client on loopback, IPv6', open, 'http://[::1]/cb', false],
    ['a public client with a scheme of its own', open, 'com.example.app:/cb', false],
  ])('%s', (_case, client, redirectUri, expected) => {
    expect(mayBeRemembered(client, redirectUri)).toBe(expected);
  });
});

describe('UIX-8 what an earlier answer covers', () => {
  const userinfo = (name: string) => ({ userinfo: { [name]: null } });
  it.each<[string, Authority, Authority, boolean]>([
    ['the same', over(['openid', 'email']), over(['openid', 'email']), true],
    ['another order', over(['email', 'openid']), over(['openid', 'email']), true],
    ['less', over(['openid', 'email']), over(['openid']), true],
    ['a wider scope', over(['openid']), over(['openid', 'email']), false],
    ['going on without the person', over(['openid']), over(['openid', 'offline_access']), false],
    ['another resource', over(['openid'], {}, []), over(['openid'], {}, [ORDERS]), false],
    ['the same resource', over(['openid'], {}, [ORDERS]), over(['openid'], {}, [ORDERS]), true],
    ['another claim', over(['openid'], userinfo('name')), over(['openid'], userinfo('email')), false],
    ['the same claim in the other place', over(['openid'], userinfo('name')), over(['openid'], { id_token: { name: { essential: true } } }), true],
    ['a first claim', over(['openid']), over(['openid'], userinfo('name')), false],
    ['no claim any more', over(['openid'], userinfo('name')), over(['openid']), true],
  ])('%s', (_case, remembered, asked, expected) => {
    expect(covers(remembered, asked)).toBe(expected);
  });

  it('what was agreed to in two steps covers both, and what it is remembered as covers it again', () => {
    const first = over(['openid', 'email'], userinfo('name'));
    const second = over(['openid', 'phone'], userinfo('address'), [ORDERS]);
    const both = rememberedWith(rememberedWith(null, first), second);
    expect([covers(both, first), covers(both, second), covers(both, over(['openid', 'profile']))]).toEqual([true, true, false]);
  });
});
