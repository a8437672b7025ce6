import { applyDeclaration, type ApplyOptions } from './apply-declaration.js';
import { actions, declaredClient, declaredResource, fakePasswords, fakeSeals, InMemoryDeclaredState, planOf, places } from './testing.js';

const NKEY = `U${'A'.repeat(55)}`;
const OTHER_NKEY = `U${'B'.repeat(55)}`;
const team = (overrides: Record<string, unknown> = {}) => ({ name: 'call-centre', nkeys: [NKEY], clientIds: ['s6BhdRkqt3'], rights: ['start', 'read'], ...overrides });

function system() {
  const state = new InMemoryDeclaredState();
  const ports = { state, seals: fakeSeals, passwords: fakePasswords };
  const apply = (teams: Record<string, unknown>[], options: Partial<ApplyOptions> = {}, clients = [declaredClient()]) =>
    applyDeclaration({ teams, clients, resources: [declaredResource()] }, { dryRun: false, prune: false, agreedPlan: null, ...options }, ports);
  return { state, apply };
}

describe('Decision 42: teams of a declaration', () => {
  it('are created, and applying them again changes nothing', async () => {
    const { state, apply } = system();
    expect(actions(await apply([team()]))).toContain('create team call-centre');
    expect(state.stored.teams).toEqual([{ record: team(), managedBy: 'file' }]);
    expect(actions(await apply([team({ rights: ['read', 'start'] })]))).toContain('unchanged team call-centre');
    expect(state.audit.filter(({ action }) => action.startsWith('team.'))).toHaveLength(1);
  });

  it('an nkey beside the other is a rotation, and is shown', async () => {
    const { apply } = system();
    await apply([team()]);
    expect(planOf(await apply([team({ nkeys: [NKEY, OTHER_NKEY] })]))).toContainEqual({
      action: 'update', kind: 'team', id: 'call-centre', changes: [{ field: 'nkeys', from: NKEY, to: `${NKEY} ${OTHER_NKEY}` }],
    });
  });

  it('a dry run writes nothing; only prune removes', async () => {
    const { state, apply } = system();
    await apply([team()], { dryRun: true });
    expect(state.stored.teams).toEqual([]);
    await apply([team()]);
    await apply([]);
    expect(state.stored.teams).toHaveLength(1);
    expect(actions(await apply([], { prune: true }))).toContain('delete team call-centre');
    expect(state.stored.teams).toEqual([]);
  });

  it.each([
    ['a name that could be an account of the bus', { name: 'TESSERA' }, 'teams.0.name'],
    ['a name with a dot', { name: 'a.b' }, 'teams.0.name'],
    ['a seed in the place of a public nkey', { nkeys: ['SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY'] }, 'teams.0.nkeys.0'],
    ['no nkey', { nkeys: [] }, 'teams.0.nkeys'],
    ['an nkey twice', { nkeys: [NKEY, NKEY] }, 'teams.0.nkeys.1'],
    ['no client', { clientIds: [] }, 'teams.0.clientIds'],
    ['a client that is not declared', { clientIds: ['nobody'] }, 'teams.0.clientIds.0'],
    ['no right', { rights: [] }, 'teams.0.rights'],
    ['a right there is not', { rights: ['all'] }, 'teams.0.rights.0'],
  ])('%s is refused at its place', async (_case, overrides, place) => {
    const { state, apply } = system();
    expect(places(await apply([team(overrides)]))).toEqual([place]);
    expect(state.writes).toBe(0);
  });

  it('a name twice is refused', async () => {
    expect(places(await system().apply([team(), team()]))).toEqual(['teams.1.name']);
  });

  it('a client that a team acts for is not pruned away from under it', async () => {
    const { state, apply } = system();
    await apply([team()]);
    state.stored = { ...state.stored, teams: state.stored.teams.map((one) => ({ ...one, managedBy: 'api' })) };
    expect(places(await apply([], { prune: true }, []))).toEqual(['clients']);
  });

  it('a team of another manager is left alone', async () => {
    const { state, apply } = system();
    await apply([team()]);
    state.stored = { ...state.stored, teams: state.stored.teams.map((one) => ({ ...one, managedBy: 'api' })) };
    expect(places(await apply([team({ rights: ['decide'] })]))).toEqual(['teams.0.name']);
  });
});
