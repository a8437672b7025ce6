import { STEPS, typedIdentifier } from './index.js';

describe('Ours: answers to the pages of steps', () => {
  it.each<[string, unknown, unknown]>([
    ['password', STEPS.password.parse([['identifier', 'alice'], ['sealed_password', 'e30.e30']]), { identifier: 'alice', sealed_password: 'e30.e30' }],
    ['password, not typed', STEPS.password.parse([['identifier', 'alice']]), null],
    ['password, nobody typed', STEPS.password.parse([['identifier', ''], ['sealed_password', 'e30']]), null],
    ['password, two of them (GEN-1)', STEPS.password.parse([['identifier', 'alice'], ['identifier', 'bob'], ['sealed_password', 'e30']]), null],
    ['consent', STEPS.consent.parse([['decision', 'allow'], ['scope', 'email'], ['scope', 'phone']]), { decision: 'allow', scope: ['email', 'phone'] }],
    ['consent, all unticked', STEPS.consent.parse([['decision', 'allow']]), { decision: 'allow', scope: [] }],
    ['consent, denied', STEPS.consent.parse([['decision', 'deny']]), { decision: 'deny', scope: [] }],
    ['consent, undecided', STEPS.consent.parse([['scope', 'email']]), null],
    ['consent, both (GEN-1)', STEPS.consent.parse([['decision', 'deny'], ['decision', 'allow']]), null],
    ['consent, something else', STEPS.consent.parse([['decision', 'yes']]), null],
    ['select-account', STEPS['select-account'].parse([['choice', 'other']]), { choice: 'other' }],
    ['select-account, a name', STEPS['select-account'].parse([['choice', 'bob']]), null],
    ['confirm-logout', STEPS['confirm-logout'].parse([['decision', 'stay']]), { decision: 'stay' }],
    ['confirm-logout, the answer of another page', STEPS['confirm-logout'].parse([['decision', 'allow']]), null],
  ])('%s', (_case, parsed, expected) => {
    expect(parsed).toEqual(expected);
  });

  it('what was typed is shown again', () => {
    expect([typedIdentifier([['identifier', 'alice']]), typedIdentifier([['identifier', '']]), typedIdentifier([])]).toEqual(['alice', null, null]);
  });

  it('Ours: only a step that establishes the subject says how (acr, amr)', () => {
    expect(Object.entries(STEPS).filter(([, step]) => step.establishesSubject !== (step.yields !== null))).toEqual([]);
  });
});
