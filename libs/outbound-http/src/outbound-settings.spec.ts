import { ConfigurationError, readConfiguration } from '@tessera/configuration';
import { OUTBOUND_SETTINGS, outboundPolicy } from './outbound-settings.js';

describe('OUT-1, OUT-2 what a deployment allows', () => {
  it('is port 443 of public addresses unless it says more', () => {
    const policy = outboundPolicy(readConfiguration(OUTBOUND_SETTINGS, {}));
    expect([[...policy.ports], [...policy.allowedHosts]]).toEqual([[443], []]);
  });

  it('is what it names', () => {
    const env = { OUTBOUND_PORTS: '8443, 9443', OUTBOUND_ALLOWED_HOSTS: 'keys.intra.example:443,localhost:1234' };
    const policy = outboundPolicy(readConfiguration(OUTBOUND_SETTINGS, env));
    expect([[...policy.ports], [...policy.allowedHosts]]).toEqual([[443, 8443, 9443], ['keys.intra.example:443', 'localhost:1234']]);
  });

  it.each([['OUTBOUND_PORTS', 'https'], ['OUTBOUND_CA', 'a file name']])('%s %j stops the start', (name, value) => {
    expect(() => readConfiguration(OUTBOUND_SETTINGS, { [name]: value })).toThrow(name);
  });

  it.each(['*.example.org:443', 'keys.intra.example', '10.0.0.0/8:443'])('a host that is not exact stops the start: %s', (host) => {
    expect(() => outboundPolicy(readConfiguration(OUTBOUND_SETTINGS, { OUTBOUND_ALLOWED_HOSTS: host }))).toThrow(ConfigurationError);
  });
});
