import { readFileSync } from 'node:fs';
import { ServiceName } from '@tessera/vocabulary';
import { testNkey } from '../testing/service-identities.js';
import { ALL_CONTRACTS, busPermissions, type Contracts } from './bus-permissions.js';
import { natsAccountsConfig, natsServerConfig, permissionsFile } from './nats-server-config.js';

const CONTRACTS: Contracts = {
  requests: [
    { subject: 'token.endpoint.token.v1', owner: 'token', callers: ['gateway'] },
    { subject: 'authorization.authorization-code.redeem.v1', owner: 'authorization', callers: ['token'] },
    { subject: 'authorization.grant.record.v1', owner: 'authorization', callers: ['token', 'device-ciba'] },
  ],
  events: [{ subject: 'authorization.event.session.ended.v1', owner: 'authorization', subscribers: ['token'] }],
};

describe('NAT-2 publish and subscribe allow-lists on exact subjects', () => {
  it.each([
    ['gateway', ['token.endpoint.token.v1.gateway'], ['_INBOX.gateway.>']],
    [
      'token',
      ['_INBOX.gateway.>', 'authorization.authorization-code.redeem.v1.token', 'authorization.grant.record.v1.token'],
      ['_INBOX.token.>', 'authorization.event.session.ended.v1', 'token.endpoint.token.v1.* token'],
    ],
    [
      'authorization',
      ['_INBOX.device-ciba.>', '_INBOX.token.>', 'authorization.event.session.ended.v1'],
      ['_INBOX.authorization.>', 'authorization.authorization-code.redeem.v1.* authorization', 'authorization.grant.record.v1.* authorization'],
    ],
    ['device-ciba', ['authorization.grant.record.v1.device-ciba'], ['_INBOX.device-ciba.>']],
    ['worker', [], ['_INBOX.worker.>']],
    ['key-management', [], ['_INBOX.key-management.>']],
    ['operator', [], ['_INBOX.operator.>']],
  ] as const)('%s', (service, publish, subscribe) => {
    expect(busPermissions(CONTRACTS)[service]).toEqual({ publish, subscribe });
  });

  it('MUST let nobody publish with a wildcard but into the inboxes of callers it serves, and where replies to teams go', () => {
    const permissions = busPermissions();
    for (const service of ServiceName.options) {
      const served = ALL_CONTRACTS.requests.filter(({ owner }) => owner === service).flatMap(({ callers }) => callers);
      const wild = permissions[service].publish.filter((subject) => /[*>]/.test(subject));
      const toTeams = service === 'device-ciba' ? ['_R_.>'] : [];
      expect(wild).toEqual([...[...new Set(served)].map((caller) => `_INBOX.${caller}.>`), ...toTeams].sort());
    }
  });

  it('MUST let nobody hear another’s requests or replies', () => {
    const permissions = busPermissions();
    for (const service of ServiceName.options) {
      const others = permissions[service].subscribe.filter((subject) => /[*>]/.test(subject) && subject !== `_INBOX.${service}.>`);
      const own = (subject: string): boolean => subject.startsWith(`${service}.`) || (service === 'device-ciba' && subject.startsWith('api.'));
      expect(others.filter((subject) => !own(subject) || !subject.endsWith(`.* ${service}`))).toEqual([]);
    }
  });
});

describe('Ours: the configuration of nats-server', () => {
  it('says nothing allowed as everything denied, because nats-server takes an empty allow list for no limit', () => {
    const config = natsAccountsConfig(busPermissions(CONTRACTS), { worker: [testNkey().publicKey] });
    expect(config).toContain('publish: { deny: [">"] }');
    expect(config).not.toMatch(/allow: \[\s*\]/);
  });

  it('names each of several nkeys of a service: a rotation overlaps', () => {
    const [old, next] = [testNkey().publicKey, testNkey().publicKey];
    const config = natsServerConfig({ permissions: busPermissions(), nkeys: { token: [old, next] } });
    expect(config).toContain(`nkey: ${old}`);
    expect(config).toContain(`nkey: ${next}`);
    expect(config.match(/nkey:/g)).toHaveLength(2);
  });

  it.each([
    ['a seed', Buffer.from(testNkey().seed).toString()],
    ['something that would end the value', `${testNkey().publicKey}\n}`],
    ['nothing', ''],
  ])('MUST NOT write %s', (_case, nkey) => {
    expect(() => natsServerConfig({ permissions: busPermissions(), nkeys: { token: [nkey] } })).toThrow(RangeError);
  });

  it('the committed file is what the contracts say (node tools/nats-permissions/generate.mjs)', () => {
    const committed = readFileSync(new URL('../../../../k8s/base/nats/permissions.conf', import.meta.url), 'utf8');
    expect(committed).toBe(permissionsFile(busPermissions()));
  });
});
