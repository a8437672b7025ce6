import { networkOf, sourceAddress, trustedProxies } from './source-address.js';

const PROXIES = trustedProxies(['10.0.0.0/8', '2001:db8::/32', '192.0.2.1']);

describe('EDG-1 forwarded headers are believed from configured proxies only', () => {
  it.each([
    ['a stranger cannot say who it is', '203.0.113.7', ['198.51.100.1'], '203.0.113.7'],
    ['a proxy says who came', '10.1.2.3', ['198.51.100.1'], '198.51.100.1'],
    ['what the client wrote itself stands further left', '10.1.2.3', ['1.1.1.1, 198.51.100.1'], '198.51.100.1'],
    ['a chain of proxies is walked through', '10.1.2.3', ['198.51.100.1, 192.0.2.1, 10.9.9.9'], '198.51.100.1'],
    ['several header fields are one list', '10.1.2.3', ['1.1.1.1', '198.51.100.1', '10.9.9.9'], '198.51.100.1'],
    ['a proxy that says nothing is the source', '10.1.2.3', [], '10.1.2.3'],
    ['an entry that is no address ends the walk', '10.1.2.3', ['198.51.100.1, unknown, 10.9.9.9'], '10.9.9.9'],
    ['IPv6 proxies count too', '2001:db8::1', ['2001:db9::7'], '2001:db9::7'],
    ['an IPv4 proxy on an IPv6 socket is the same proxy', '::ffff:10.1.2.3', ['::ffff:198.51.100.1'], '198.51.100.1'],
  ])('%s', (_case, peer, forwardedFor, expected) => {
    expect(sourceAddress(peer, forwardedFor, PROXIES)).toBe(expected);
  });

  it('believes nobody when nobody is configured', () => {
    expect(sourceAddress('10.1.2.3', ['198.51.100.1'], trustedProxies([]))).toBe('10.1.2.3');
  });

  it.each(['localhost', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129', '10.0.0/8', ''])('refuses %j as a proxy, by name', (entry) => {
    expect(() => trustedProxies([entry])).toThrow(new RangeError(`${JSON.stringify(entry)} is no address and no range like 10.0.0.0/8`));
  });
});

describe('RFC 4291 §2.2 text forms of IPv6', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('reduces %s to %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
