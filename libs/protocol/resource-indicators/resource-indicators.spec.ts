import { OAuthError, Outage, type ReasonId } from '@tessera/vocabulary';
import type { ClientMetadata, ResourceMetadata } from '../client/index.js';
import { client, resource } from '../client/testing.js';
import { selectResource, selectScope } from './index.js';

const ORDERS = resource();
const STOCK = resource({ identifier: 'https://api.example.com/stock', scope: ['stock.read'] });
const both = client({ resources: [ORDERS.identifier, STOCK.identifier], scope: ['orders.read', 'orders.write', 'stock.read'] });
const declared = (...all: ResourceMetadata[]) => ({ find: (identifier: string) => Promise.resolve(all.find((one) => one.identifier === identifier) ?? null) });

describe('RFC 8707 §2 the resource of a token request', () => {
  it.each([
    ['named', [STOCK.identifier], both, STOCK],
    ['the default when none is named', [], both, ORDERS],
  ] as [string, string[], ClientMetadata, ResourceMetadata][])('is %s', async (_case, requested, of, expected) => {
    await expect(selectResource(requested, of, declared(ORDERS, STOCK))).resolves.toBe(expected);
  });

  const REFUSED: [string, string[], ClientMetadata, ResourceMetadata[], ReasonId][] = [
    ['no absolute URI', ['/orders'], both, [ORDERS], 'resource.malformed'],
    ['a URI with a fragment', [`${ORDERS.identifier}#x`], both, [ORDERS], 'resource.malformed'],
    ['too long a URI', [`https://api.example.com/${'x'.repeat(512)}`], both, [ORDERS], 'resource.malformed'],
    ['nobody\'s', ['https://nobody.example.com'], both, [ORDERS, STOCK], 'resource.unknown'],
    ['one in other letters', ['https://API.example.com/orders'], both, [ORDERS, STOCK], 'resource.unknown'],
    ['one with a trailing slash', [`${ORDERS.identifier}/`], both, [ORDERS, STOCK], 'resource.unknown'],
    ['a disabled one', [STOCK.identifier], both, [ORDERS, { ...STOCK, enabled: false }], 'resource.unknown'],
    ['one the client may not ask for', [STOCK.identifier], client(), [ORDERS, STOCK], 'resource.not_allowed'],
    ['a default that the client may not ask for', [], client({ defaultResource: STOCK.identifier }), [ORDERS, STOCK], 'resource.not_allowed'],
    ['a default that was removed', [], both, [STOCK], 'resource.unknown'],
    ['two at once', [ORDERS.identifier, STOCK.identifier], both, [ORDERS, STOCK], 'resource.too_many'],
    ['none, without a default', [], client({ defaultResource: null }), [ORDERS], 'resource.missing'],
  ];
  it.each(REFUSED)('MUST be refused with invalid_target: %s', async (_case, requested, of, all, reason) => {
    const refusal = await selectResource(requested, of, declared(...all)).catch((error: unknown) => error);
    expect(refusal).toEqual(new OAuthError(reason));
    expect(refusal).toMatchObject({ code: 'invalid_target' });
  });

  it('Ours: does not tell whether a resource the client may not use exists', async () => {
    const texts = await Promise.all(
      ['https://nobody.example.com', STOCK.identifier].map((one) =>
        selectResource([one], client(), declared(ORDERS, STOCK)).catch((error: unknown) => (error as OAuthError).toWire()),
      ),
    );
    expect(texts[0]).toEqual(texts[1]);
  });

  it('lets an outage through', async () => {
    const away = { find: () => Promise.reject(new Outage('client-metadata', 'stale')) };
    await expect(selectResource([], both, away)).rejects.toBeInstanceOf(Outage);
  });
});

describe('RFC 6749 §3.3, GEN-7 the scope of a token without a user', () => {
  it.each([
    ['all of the client that the resource offers, when none is asked for', undefined, both, ['orders.read', 'orders.write']],
    ['what was asked for', 'orders.write', both, ['orders.write']],
    ['each token once', 'orders.write orders.write', both, ['orders.write']],
    ['never openid by default (CCR-1)', undefined, client({ scope: ['openid', 'orders.read'] }), ['orders.read']],
    ['nothing, when the client and the resource share nothing', undefined, client({ scope: ['stock.read'] }), []],
  ])('is %s', (_case, requested, of, scope) => {
    expect(selectScope(requested, of, resource({ scope: ['openid', 'orders.read', 'orders.write'] }))).toEqual(scope);
  });

  const REFUSED: [string, string, ReasonId][] = [
    ['one the client did not register', 'orders.delete', 'scope.not_registered'],
    ['one more than the client registered', 'orders.read orders.delete', 'scope.not_registered'],
    ['one that another resource offers', 'stock.read', 'scope.not_of_resource'],
    ['openid (OIDC Core §3)', 'openid', 'scope.openid_without_user'],
    ['openid among others', 'orders.read openid', 'scope.openid_without_user'],
    ['other letters', 'Orders.Read', 'scope.not_registered'],
    ['malformed syntax', 'orders.read  orders.write', 'scope.malformed'],
    ['a quote', 'orders"read', 'scope.malformed'],
  ];
  it.each(REFUSED)('MUST be refused with invalid_scope: %s', (_case, requested, reason) => {
    const of = client({ scope: ['openid', 'orders.read', 'orders.write', 'stock.read'] });
    expect(() => selectScope(requested, of, ORDERS)).toThrow(new OAuthError(reason));
    expect(new OAuthError(reason).code).toBe('invalid_scope');
  });
});
