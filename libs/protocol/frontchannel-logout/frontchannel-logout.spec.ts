import { frontchannelLogoutUrl } from './index.js';

const facts = { issuer: 'https://as.example.com/one', sid: 'qGZ1nJ0Yx7w' };

describe('Front-Channel Logout §3 (LOG-5) the address in a frame', () => {
  it('MUST carry iss and sid', () => {
    expect(frontchannelLogoutUrl('https://client.example.org/out', facts)).toBe('https://client.example.org/out?iss=https%3A%2F%2Fas.example.com%2Fone&sid=qGZ1nJ0Yx7w');
  });

  it('MUST keep the query that is registered', () => {
    const url = new URL(frontchannelLogoutUrl('https://client.example.org/out?a=b&c', facts));
    expect([...url.searchParams.entries()]).toEqual([['a', 'b'], ['c', ''], ['iss', facts.issuer], ['sid', facts.sid]]);
  });
});
