import { AccountId } from '@tessera/vocabulary';
import { webClient } from '../client/testing.js';
import { subjectOf } from './index.js';

const ALICE = AccountId.parse('usr_2iv3d3YcSTm1vE7vTzrWlA');
const BOB = AccountId.parse('usr_3iv3d3YcSTm1vE7vTzrWlA');
const salt = () => Buffer.alloc(32, 7);
const none = () => {
  throw new Error('no salt is needed');
};
const pairwise = (sectorIdentifier: string | null, overrides = {}) => webClient({ subjectType: 'pairwise', sectorIdentifier }, overrides);

describe('OIDC Core §8 subject identifier types', () => {
  it('public: the same for every client, and made without the salt', () => {
    expect(subjectOf(webClient(), ALICE, none)).toBe(ALICE);
  });

  it('pairwise: MUST differ between sectors, persons and from the account', () => {
    const subjects = [
      subjectOf(pairwise('a.example'), ALICE, salt),
      subjectOf(pairwise('b.example'), ALICE, salt),
      subjectOf(pairwise('a.example'), BOB, salt),
      ALICE,
    ];
    expect(new Set(subjects).size).toBe(4);
  });

  it('pairwise: MUST be the same for clients of one sector (§8.1)', () => {
    expect(subjectOf(pairwise('a.example', { clientId: 'one' }), ALICE, salt)).toBe(subjectOf(pairwise('a.example', { clientId: 'two' }), ALICE, salt));
  });

  it('pairwise: MUST depend on the salt', () => {
    expect(subjectOf(pairwise('a.example'), ALICE, salt)).not.toBe(subjectOf(pairwise('a.example'), ALICE, () => Buffer.alloc(32, 8)));
  });

  it('Ours (CCR-2): a pairwise subject can no more be a client id than an account id', () => {
    expect(subjectOf(pairwise('a.example'), ALICE, salt)).toMatch(/^usr_[A-Za-z0-9_-]{22}$/);
  });

  it('Ours: a sector and an account cannot run into one another', () => {
    expect(subjectOf(pairwise(`a.example\0${ALICE}`), BOB, salt)).not.toBe(subjectOf(pairwise('a.example'), BOB, salt));
  });
});
