import { parseOutboundPolicy } from './index.js';

describe('Ours (OUT-1, OUT-2): where a deployment may connect to', () => {
  it('is port 443 and no unchecked host unless something is configured', () => {
    const policy = parseOutboundPolicy({});
    expect([...policy.ports]).toEqual([443]);
    expect(policy.allowedHosts.size).toBe(0);
  });

  it('knows an allowed host by its exact, normalised name and port', () => {
    const { allowedHosts } = parseOutboundPolicy({ allowedHosts: ['Keys.Intra.Example:443', '127.0.0.1:9443', '[::1]:9443'] });
    expect([...allowedHosts]).toEqual(['keys.intra.example:443', '127.0.0.1:9443', '[::1]:9443']);
  });

  it.each([
    'keys.intra.example',
    '*.intra.example:443',
    'https://keys.intra.example:443',
    'user@keys.intra.example:443',
    '10.0.0.0/8',
    'a:99999',
    '',
  ])('refuses the entry %j', (entry) => {
    expect(() => parseOutboundPolicy({ allowedHosts: [entry] })).toThrow(/is not an exact host; write host:port/);
  });

  it.each([0, 65_536, 1.5])('refuses port %d', (port) => {
    expect(() => parseOutboundPolicy({ ports: [port] })).toThrow(/is not a port/);
  });
});
