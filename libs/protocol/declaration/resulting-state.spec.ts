import { applying, declaredClient, declaredResource, ORDERS, places, planOf, storedClient, storedResource } from './testing.js';

describe('Ours: validation on the resulting state', () => {
  it('a client may use a resource that exists and is not declared again', async () => {
    const { apply } = applying({ resources: [storedResource()] });
    expect((await apply([declaredClient()], [])).outcome).toBe('applied');
  });

  it.each([
    [
      'an undeclared resource',
      [declaredClient({ resources: ['https://api.example.com/nowhere'], scope: [] })],
      [declaredResource()],
      'clients.0.resources.0',
    ],
    [
      'a scope that no resource of the client offers',
      [declaredClient({ scope: ['orders.read', 'orders.admin'] })],
      [declaredResource()],
      'clients.0.scope.1',
    ],
    [
      'a scope of a resource the client does not use',
      [declaredClient({ scope: ['vault.read'] })],
      [declaredResource(), declaredResource({ identifier: 'urn:vault', scope: ['vault.read'] })],
      'clients.0.scope.0',
    ],
    [
      'the scope openid, which no resource offers',
      [declaredClient({ scope: ['openid'] })],
      [declaredResource()],
      'clients.0.scope.0',
    ],
    [
      'an introspecting client nobody declared',
      [declaredClient()],
      [declaredResource({ introspectedBy: ['nobody'] })],
      'resources.0.introspectedBy.0',
    ],
    [
      'an introspecting client that is public',
      [declaredClient({ clientId: 'app', authenticationMethod: 'none', grantTypes: [], secret: undefined })],
      [declaredResource({ introspectedBy: ['app'] })],
      'resources.0.introspectedBy.0',
    ],
  ])('MUST refuse %s', async (_case, clients, resources, place) => {
    const { state, apply } = applying();
    expect(places(await apply(clients, resources))).toEqual([place]);
    expect(state.writes).toBe(0);
  });

  it('MUST refuse to prune a resource that a client of another manager uses', async () => {
    const { apply } = applying({ clients: [storedClient({}, { managedBy: 'api' })], resources: [storedResource()] });
    const refused = await apply([], [], { prune: true });
    expect(planOf(refused)).toEqual([
      {
        path: ['resources'],
        message: `"${ORDERS}" would be removed, and the client "s6BhdRkqt3" uses it`,
        expected: 'the resource, or a client that does not use it',
      },
    ]);
  });

  it('MUST refuse to take a scope from a resource while a client that is not declared uses it', async () => {
    const { apply } = applying({ clients: [storedClient()], resources: [storedResource()] });
    expect(places(await apply([], [declaredResource({ scope: ['orders.read'] })]))).toEqual(['resources.0.scope']);
  });

  it('MUST refuse to prune a client that a resource of another manager lets introspect', async () => {
    const { apply } = applying({
      clients: [storedClient()],
      resources: [storedResource({ introspectedBy: ['s6BhdRkqt3'] }, 'api')],
    });
    expect(places(await apply([], [], { prune: true }))).toEqual(['clients']);
  });

  it('MUST refuse to make a client public that a resource lets introspect', async () => {
    const { apply } = applying({ clients: [storedClient()], resources: [storedResource({ introspectedBy: ['s6BhdRkqt3'] })] });
    const declared = declaredClient({ authenticationMethod: 'none', grantTypes: [], secret: undefined });
    expect(places(await apply([declared], []))).toEqual(['clients.0.authenticationMethod']);
  });

  it('what was broken before does not stand in the way', async () => {
    const { apply } = applying({
      clients: [storedClient({ clientId: 'broken', resources: ['urn:gone'], scope: ['gone'] })],
      resources: [storedResource({ identifier: 'urn:broken', introspectedBy: ['gone'] })],
    });
    expect((await apply([declaredClient()])).outcome).toBe('applied');
  });
});
