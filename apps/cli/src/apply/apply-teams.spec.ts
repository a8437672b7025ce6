import { openSealed } from '@tessera/jose';
import { applying, GOOD } from '../testing.js';

const NKEY = `U${'A'.repeat(55)}`;
const OTHER_NKEY = `U${'B'.repeat(55)}`;
const file = (nkeys: string) => `${GOOD}teams:\n  - name: call-centre\n    nkeys: ${nkeys}\n    clients: [shop]\n    rights: [start, read]\n`;

describe('Decision 42: teams of a file', () => {
  it('are applied with the rest, and a second time nothing changes', async () => {
    const { at, state } = applying(openSealed, file(`[${NKEY}]`));
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    expect(at.out).toContain('+ team     call-centre');
    expect(state.stored.teams).toEqual([{ record: { name: 'call-centre', nkeys: [NKEY], clientIds: ['shop'], rights: ['start', 'read'] }, managedBy: 'file' }]);
    at.out.length = 0;
    await at.run('apply', 'd.yaml');
    expect(at.out).toEqual(['Applied: 0 created, 0 updated, 0 deleted, 3 unchanged']);
  });

  it('a change is shown in the names of the file', async () => {
    const { at } = applying(openSealed, file(`[${NKEY}]`));
    await at.run('apply', 'd.yaml');
    at.file('d.yaml', file(`[${NKEY}]`).replace('[start, read]', '[read]'));
    await at.run('apply', 'd.yaml');
    expect(at.out).toContain('    rights: read start -> read');
  });

  it('takes nkeys out of a variable, else out of a file', async () => {
    const { at, state } = applying(openSealed, file('{ from_environment: TEAM_NKEYS, from_file: team.nkeys }'));
    at.file('team.nkeys', `${NKEY}\n`);
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    expect(state.stored.teams[0]?.record.nkeys).toEqual([NKEY]);
    at.environment = { TEAM_NKEYS: `${NKEY} ${OTHER_NKEY}` };
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    expect(state.stored.teams[0]?.record.nkeys).toEqual([NKEY, OTHER_NKEY]);
  });

  it.each([
    ['a misspelt key', file(`[${NKEY}]`).replace('rights:', 'right:'), /teams\[0\]\.right {2}unknown key "right" {2}\(did you mean rights\?\)/],
    ['a right there is not', file(`[${NKEY}]`).replace('[start, read]', '[start, all]'), /^d\.yaml:\d+:\d+ {2}teams\[0\]\.rights\[1\] {2}"all" is not acceptable {2}\(a list of start, read, decide, cancel; none implies another\)/],
    ['a client that is not declared', file(`[${NKEY}]`).replace('[shop]', '[nobody]'), /teams\[0\]\.clients\[0\] {2}the client "nobody" is not declared/],
    ['a variable that is not set', file('{ from_environment: NOT_SET }'), /teams\[0\]\.nkeys\.from_environment {2}the variable NOT_SET is not set/],
    ['another source', file('{ from: NOT_SET }'), /teams\[0\]\.nkeys {2}is no list of nkeys/],
    ['text', file(NKEY), /teams\[0\]\.nkeys {2}is text {2}\(write a list of public nkeys/],
  ])('%s is said at its place', async (_case, text, line) => {
    const { at, state } = applying(openSealed, text);
    expect(await at.run('apply', 'd.yaml')).toBe(2);
    expect(at.err[0]).toMatch(line);
    expect(state.writes).toBe(0);
  });
});
