import type { AuthorizationRequest } from '../authorization-request/index.js';
import { webClient } from '../client/testing.js';
import { type AuthorizationFacts, decideAuthorization, type DoneSteps, type InteractionDecision } from './index.js';
import { agreement, ALICE, authorizationFacts, authorizationRequest, BOB, NOW, signedIn } from './testing.js';

type Asked = Partial<Record<keyof AuthorizationRequest, unknown>>;
interface Given extends Partial<Omit<AuthorizationFacts, 'request'>> {
  readonly asked?: Asked;
}
type Row = readonly [clause: string, given: Given, expected: string];

const FIRST_PARTY = webClient({ firstParty: true });
const NATIVE = webClient({ applicationType: 'native', redirectUris: ['http://127.0.0.1/cb'] }, { authenticationMethod: 'none' });
const ORDERS = 'https://api.example.com/orders';
const nobody: Given = { signedIn: null };
const proved: DoneSteps = { password: { accountId: ALICE } };
const agreed: DoneSteps = { consent: { accountId: ALICE, scope: ['profile', 'email', 'offline_access', 'orders.read'] } };
const remembered = agreement(['openid', 'profile', 'email', 'offline_access']);
const claims = (place: 'id_token' | 'userinfo', name: string, request: unknown) => ({ claims: { userinfo: {}, id_token: {}, [place]: { [name]: request } } });

/** A decision in one line: `continue <scope> [remember]`, `<step> <why> [for <whom>]`, `refuse <reason>`. */
function inWords(decision: InteractionDecision): string {
  switch (decision.next) {
    case 'continue':
      return `continue ${decision.authority.scope.join('+')}${decision.offline ? ' offline' : ''}${decision.remember ? ' remember' : ''}`;
    case 'step':
      return `${decision.step} ${decision.why}${decision.step === 'password' && decision.required !== null ? ` for ${decision.required === ALICE ? 'alice' : 'bob'}` : ''}`;
    case 'refuse':
      return `refuse ${decision.reason.replace('interaction.', '')}`;
  }
}
const decide = ({ asked = {}, ...given }: Given) => inWords(decideAuthorization(authorizationFacts({ ...given, request: authorizationRequest(asked) })));
const table = (rows: readonly Row[]) => it.each(rows)('%s', (_clause, given, expected) => expect(decide(given)).toBe(expected));

describe('OIDC Core §3.1.2.3 the End-User is authenticated', () => {
  table([
    ['MUST attempt to authenticate who is not signed in', nobody, 'password no_session'],
    ['also of a first-party client', { ...nobody, client: FIRST_PARTY }, 'password no_session'],
    ['nobody is signed in any more, though the password step was done', { ...nobody, done: proved }, 'password no_session'],
    ['consent of somebody who is signed out counts for nothing', { ...nobody, done: agreed }, 'password no_session'],
    ['who is signed in need not do it again', { client: FIRST_PARTY }, 'continue openid'],
    ['a plain OAuth request needs the person as well', { ...nobody, asked: { scope: ['orders.read'] } }, 'password no_session'],
  ]);
});

describe('OIDC Core §3.1.2.1 prompt=login', () => {
  const asked = { prompt: ['login'] };
  table([
    ['MUST prompt for reauthentication', { asked, client: FIRST_PARTY }, 'password prompt'],
    ['even of who signed in this very moment', { asked, client: FIRST_PARTY, signedIn: signedIn({ authenticatedAt: NOW }) }, 'password prompt'],
    ['once: who did it here goes on', { asked, client: FIRST_PARTY, done: proved }, 'continue openid'],
    ['who did it here was somebody else', { asked, client: FIRST_PARTY, done: { password: { accountId: BOB } } }, 'password prompt'],
    ['without a session it is one sign-in, not two', { asked, ...nobody }, 'password no_session'],
    ['and then consent', { asked, done: proved }, 'consent not_yet_given'],
    ['a remembered consent does not replace it', { asked, remembered }, 'password prompt'],
    ['a first-party client does not escape it', { asked, client: FIRST_PARTY, remembered }, 'password prompt'],
    ['with consent: first the one, then the other', { asked: { prompt: ['login', 'consent'] }, remembered }, 'password prompt'],
    ['with consent: then the other', { asked: { prompt: ['login', 'consent'] }, remembered, done: proved }, 'consent prompt'],
    ['with consent: both done', { asked: { prompt: ['login', 'consent'] }, done: { ...proved, ...agreed } }, 'continue openid remember'],
  ]);
});

describe('OIDC Core §3.1.2.1 prompt=none', () => {
  const asked = { prompt: ['none'] };
  table([
    ['MUST return an error when nobody is signed in: login_required', { asked, ...nobody }, 'refuse login_required'],
    ['a first-party client is answered without a page', { asked, client: FIRST_PARTY }, 'continue openid'],
    ['a remembered consent is enough', { asked, remembered }, 'continue openid'],
    ['no consent yet: consent_required', { asked }, 'refuse consent_required'],
    ['a consent that does not cover the request: consent_required', { asked: { ...asked, scope: ['openid', 'phone'] }, remembered }, 'refuse consent_required'],
    ['a public client on loopback (UIX-8): consent_required', { asked: { ...asked, redirectUri: 'http://127.0.0.1:1/cb' }, client: NATIVE, remembered }, 'refuse consent_required'],
    ['with max_age, signed in too long ago: login_required', { asked: { ...asked, maxAgeSeconds: 59 }, client: FIRST_PARTY }, 'refuse login_required'],
    ['with max_age, signed in recently', { asked: { ...asked, maxAgeSeconds: 60 }, client: FIRST_PARTY }, 'continue openid'],
    ['with max_age=0: login_required', { asked: { ...asked, maxAgeSeconds: 0 }, client: FIRST_PARTY }, 'refuse login_required'],
    ['with a hint for who is signed in', { asked: { ...asked, hintedAccount: ALICE }, client: FIRST_PARTY }, 'continue openid'],
    ['with a hint for somebody else: login_required', { asked: { ...asked, hintedAccount: BOB }, client: FIRST_PARTY }, 'refuse login_required'],
    ['with a hint, nobody signed in: login_required', { asked: { ...asked, hintedAccount: ALICE }, ...nobody }, 'refuse login_required'],
    ['with login, were it let through: login_required', { asked: { prompt: ['none', 'login'] }, client: FIRST_PARTY }, 'refuse login_required'],
    ['with consent, were it let through: consent_required', { asked: { prompt: ['none', 'consent'] }, client: FIRST_PARTY }, 'refuse consent_required'],
    ['with select_account, were it let through: account_selection_required', { asked: { prompt: ['none', 'select_account'] }, client: FIRST_PARTY }, 'refuse account_selection_required'],
    ['an acr that cannot be reached is told before', { asked: { ...asked, ...claims('id_token', 'acr', { essential: true, value: '9' }) }, ...nobody }, 'refuse unmet_authentication_requirements'],
  ]);
});

describe('OIDC Core §3.1.2.1 prompt=consent', () => {
  const asked = { prompt: ['consent'], scope: ['openid', 'email'] };
  table([
    ['SHOULD prompt who agreed before', { asked, remembered }, 'consent prompt'],
    ['SHOULD prompt for a first-party client too', { asked, client: FIRST_PARTY }, 'consent prompt'],
    ['once', { asked, done: agreed }, 'continue openid+email remember'],
    ['somebody else agreed', { asked, done: { consent: { accountId: BOB, scope: ['email'] } } }, 'consent prompt'],
    ['first the sign-in', { asked, ...nobody }, 'password no_session'],
  ]);
});

describe('OIDC Core §3.1.2.1 prompt=select_account', () => {
  const asked = { prompt: ['select_account'] };
  const current: DoneSteps = { 'select-account': { accountId: ALICE, choice: 'current' } };
  const other: DoneSteps = { 'select-account': { accountId: ALICE, choice: 'other' } };
  table([
    ['SHOULD prompt to select', { asked, client: FIRST_PARTY }, 'select-account prompt'],
    ['to go on as who is signed in', { asked, client: FIRST_PARTY, done: current }, 'continue openid'],
    ['to go on as somebody else: they sign in', { asked, client: FIRST_PARTY, done: other }, 'password other_chosen'],
    ['somebody else signed in', { asked, client: FIRST_PARTY, signedIn: signedIn({ accountId: BOB }), done: { ...other, password: { accountId: BOB } } }, 'continue openid'],
    ['or the same person after all', { asked, client: FIRST_PARTY, done: { ...other, ...proved } }, 'continue openid'],
    ['typing who one is is a selection: nobody was signed in', { asked, ...nobody }, 'password no_session'],
    ['typing who one is is a selection: and then no other', { asked, client: FIRST_PARTY, done: proved }, 'continue openid'],
    ['the choice of who was signed in before counts for nothing', { asked, client: FIRST_PARTY, done: { 'select-account': { accountId: BOB, choice: 'current' } } }, 'select-account prompt'],
    ['with login: select first', { asked: { prompt: ['select_account', 'login'] }, client: FIRST_PARTY }, 'select-account prompt'],
    ['with login: then the proof', { asked: { prompt: ['select_account', 'login'] }, client: FIRST_PARTY, done: current }, 'password prompt'],
    ['with consent: then consent', { asked: { prompt: ['select_account', 'consent'] }, done: current, remembered }, 'consent prompt'],
    ['with a hint for somebody else there is nothing to select', { asked: { ...asked, hintedAccount: BOB }, client: FIRST_PARTY }, 'password other_person for bob'],
    ['with max_age: then the proof', { asked: { ...asked, maxAgeSeconds: 59 }, client: FIRST_PARTY, done: current }, 'password max_age'],
  ]);
});

describe('OIDC Core §3.1.2.1 max_age, OIDC Registration §2 default_max_age', () => {
  const withDefault = webClient({ firstParty: true, defaultMaxAgeSeconds: 59 });
  table([
    ['MUST reauthenticate when the elapsed time is greater', { asked: { maxAgeSeconds: 59 }, client: FIRST_PARTY }, 'password max_age'],
    ['not when it is equal', { asked: { maxAgeSeconds: 60 }, client: FIRST_PARTY }, 'continue openid'],
    ['a fraction of a second counts', { asked: { maxAgeSeconds: 60 }, client: FIRST_PARTY, now: NOW + 0.5 }, 'password max_age'],
    ['0 reauthenticates even who signed in this very moment', { asked: { maxAgeSeconds: 0 }, client: FIRST_PARTY, signedIn: signedIn({ authenticatedAt: NOW }) }, 'password max_age'],
    ['0 is satisfied by the sign-in it caused', { asked: { maxAgeSeconds: 0 }, client: FIRST_PARTY, done: proved }, 'continue openid'],
    ['a long consent page does not sign anybody out', { asked: { maxAgeSeconds: 10 }, done: { ...proved, ...agreed } }, 'continue openid remember'],
    ['the registered default applies', { client: withDefault }, 'password max_age'],
    ['the registered default is overridden by the request', { asked: { maxAgeSeconds: 100 }, client: withDefault }, 'continue openid'],
    ['15000 and 10000 ask for nothing', { asked: { maxAgeSeconds: 10_000 }, client: FIRST_PARTY }, 'continue openid'],
  ]);
});

describe('OIDC Core §3.1.2.1 id_token_hint (AUT-7) no code for anybody else', () => {
  const asked = { hintedAccount: ALICE };
  const bob = signedIn({ accountId: BOB });
  table([
    ['who is signed in is who was meant', { asked, client: FIRST_PARTY }, 'continue openid'],
    ['somebody else is signed in', { asked, client: FIRST_PARTY, signedIn: bob }, 'password other_person for alice'],
    ['somebody else is signed in and has agreed', { asked, signedIn: bob, remembered, done: { consent: { accountId: BOB, scope: [] } } }, 'password other_person for alice'],
    ['somebody else just proved who they are', { asked, client: FIRST_PARTY, signedIn: bob, done: { password: { accountId: BOB } } }, 'password other_person for alice'],
    ['nobody is signed in: only they may', { asked, ...nobody }, 'password no_session for alice'],
    ['prompt=login: only they may', { asked: { ...asked, prompt: ['login'] }, client: FIRST_PARTY }, 'password prompt for alice'],
    ['max_age: only they may', { asked: { ...asked, maxAgeSeconds: 1 }, client: FIRST_PARTY }, 'password max_age for alice'],
    ['somebody else is chosen: still only they may', { asked: { ...asked, prompt: ['select_account'] }, client: FIRST_PARTY, done: { 'select-account': { accountId: ALICE, choice: 'other' } } }, 'password other_chosen for alice'],
  ]);
});

describe('OIDC Core §5.5.1 a sub that is asked for by value', () => {
  const subjectOf = (accountId: string) => `pairwise-${accountId}`;
  table([
    ['who is signed in is who was meant', { asked: claims('id_token', 'sub', { value: ALICE }), client: FIRST_PARTY }, 'continue openid'],
    ['somebody else MUST NOT be answered for', { asked: claims('id_token', 'sub', { value: BOB }), client: FIRST_PARTY }, 'password other_person'],
    ['in the userinfo member as well', { asked: claims('userinfo', 'sub', { value: BOB }), client: FIRST_PARTY }, 'password other_person'],
    ['one of several', { asked: claims('id_token', 'sub', { values: [BOB, ALICE] }), client: FIRST_PARTY }, 'continue openid'],
    ['none of several', { asked: claims('id_token', 'sub', { values: [] }), client: FIRST_PARTY }, 'password other_person'],
    ['without a value', { asked: claims('id_token', 'sub', { essential: true }), client: FIRST_PARTY }, 'continue openid'],
    ['null', { asked: claims('id_token', 'sub', null), client: FIRST_PARTY }, 'continue openid'],
    ['by the subject the client knows (§8)', { asked: claims('id_token', 'sub', { value: `pairwise-${ALICE}` }), client: FIRST_PARTY, subjectOf }, 'continue openid'],
    ['not by the account', { asked: claims('id_token', 'sub', { value: ALICE }), client: FIRST_PARTY, subjectOf }, 'password other_person'],
    ['with prompt=none', { asked: { ...claims('id_token', 'sub', { value: BOB }), prompt: ['none'] }, client: FIRST_PARTY }, 'refuse login_required'],
  ]);
});

describe('OIDC Core §5.5.1.1 acr', () => {
  const unmet = 'refuse unmet_authentication_requirements';
  table([
    ['essential, of a value we reach', { asked: claims('id_token', 'acr', { essential: true, values: ['9', '1'] }), client: FIRST_PARTY }, 'continue openid'],
    ['essential, of a value nobody here reaches', { asked: claims('id_token', 'acr', { essential: true, values: ['9'] }), client: FIRST_PARTY }, unmet],
    ['essential, of one value nobody here reaches', { asked: claims('id_token', 'acr', { essential: true, value: 'urn:mace:incommon:iap:silver' }), client: FIRST_PARTY }, unmet],
    ['no sign-in helps', { asked: claims('id_token', 'acr', { essential: true, value: '9' }), ...nobody }, unmet],
    ['essential, of no values', { asked: claims('id_token', 'acr', { essential: true, values: [] }), client: FIRST_PARTY }, unmet],
    ['essential, of a value that is no text', { asked: claims('id_token', 'acr', { essential: true, value: 1 }), client: FIRST_PARTY }, unmet],
    ['essential, whatever the value', { asked: claims('id_token', 'acr', { essential: true }), client: FIRST_PARTY }, 'continue openid'],
    ['voluntary, of a value nobody here reaches', { asked: claims('id_token', 'acr', { values: ['9'] }), client: FIRST_PARTY }, 'continue openid'],
    ['voluntary, null', { asked: claims('id_token', 'acr', null), client: FIRST_PARTY }, 'continue openid'],
    ['acr_values is a preference (§3.1.2.1)', { asked: { acrValues: ['9'] }, client: FIRST_PARTY }, 'continue openid'],
    ['acr_values that we reach ask for nothing more', { asked: { acrValues: ['1', '2'] }, client: FIRST_PARTY }, 'continue openid'],
  ]);
});

describe('OIDC Core §3.1.2.4 consent', () => {
  const asked = { scope: ['openid', 'profile', 'email'] };
  const public_ = { client: NATIVE };
  table([
    ['MUST be obtained by a third-party client', { asked }, 'consent not_yet_given'],
    ['is not asked for a client of the operator', { asked, client: FIRST_PARTY }, 'continue openid+profile+email'],
    ['is remembered', { asked, remembered }, 'continue openid+profile+email'],
    ['given here, goes on and is remembered', { asked, done: agreed }, 'continue openid+profile+email remember'],
    ['given by somebody else counts for nothing', { asked, done: { consent: { accountId: BOB, scope: ['profile'] } } }, 'consent not_yet_given'],
    ['wider scope: asked again (UIX-8)', { asked: { scope: ['openid', 'address'] }, remembered }, 'consent not_yet_given'],
    ['another resource: asked again (UIX-8)', { asked: { scope: ['openid'], resources: [ORDERS] }, remembered }, 'consent not_yet_given'],
    ['another claim: asked again (UIX-8)', { asked: claims('userinfo', 'name', null), remembered }, 'consent not_yet_given'],
    ['narrowed by the person (UIX-7)', { asked, done: { consent: { accountId: ALICE, scope: ['email'] } } }, 'continue openid+email remember'],
    ['never widened by the form (UIX-7)', { asked: { scope: ['openid'] }, done: agreed }, 'continue openid remember'],
    ['openid is no choice of theirs', { asked, done: { consent: { accountId: ALICE, scope: [] } } }, 'continue openid remember'],
    ['agreeing to nothing is a refusal', { asked: { scope: ['orders.read'] }, done: { consent: { accountId: ALICE, scope: [] } } }, 'refuse nothing_granted'],
    ['a public client on loopback is asked each time (UIX-8, RFC 6749 §10.2)', { asked: { ...asked, redirectUri: 'http://127.0.0.1:9/cb' }, ...public_, remembered }, 'consent not_yet_given'],
    ['a public client on loopback is not remembered', { asked: { ...asked, redirectUri: 'http://127.0.0.1:9/cb' }, ...public_, done: agreed }, 'continue openid+profile+email'],
    ['a public client with its own scheme is asked each time', { asked: { ...asked, redirectUri: 'com.example.app:/cb' }, ...public_, remembered }, 'consent not_yet_given'],
    ['a public client behind https is remembered', { asked, ...public_, done: agreed }, 'continue openid+profile+email remember'],
    ['a confidential client on loopback is remembered', { asked: { ...asked, redirectUri: 'http://127.0.0.1:9/cb' }, remembered }, 'continue openid+profile+email'],
  ]);
});

describe('Ours: what a consent rests on', () => {
  it.each<[string, Given, string]>([
    ['a person was asked', { done: agreed }, 'asked'],
    ['a person was asked before', { remembered }, 'remembered'],
    ['a person was asked before, and again', { remembered, done: agreed }, 'asked'],
    ['nobody is asked for the operator', { client: FIRST_PARTY, remembered }, 'not_needed'],
  ])('%s', (_case, given, expected) => {
    expect(decideAuthorization(authorizationFacts({ ...given, request: authorizationRequest() }))).toMatchObject({ next: 'continue', consent: expected });
  });
});

describe('OIDC Core §11 offline_access', () => {
  const asked = { scope: ['openid', 'offline_access'] };
  const cannotRefresh = webClient({ firstParty: true }, { grantTypes: ['authorization_code'] });
  table([
    ['MUST obtain consent', { asked }, 'consent not_yet_given'],
    ['an earlier consent without it is not enough', { asked, remembered: agreement(['openid']) }, 'consent not_yet_given'],
    ['an earlier consent with it is', { asked, remembered }, 'continue openid+offline_access offline'],
    ['given here', { asked, done: agreed }, 'continue openid+offline_access offline remember'],
    ['unticked: the grant ends with the session', { asked, done: { consent: { accountId: ALICE, scope: [] } } }, 'continue openid remember'],
    ['a client of the operator gets it', { asked, client: FIRST_PARTY }, 'continue openid+offline_access offline'],
    ['MUST be ignored for a client that cannot refresh', { asked, client: cannotRefresh }, 'continue openid'],
    ['not asked for is not granted', { client: FIRST_PARTY, remembered }, 'continue openid'],
  ]);
});

describe('Ours: every combination has an answer, and no page for prompt=none', () => {
  const prompts = [[], ['none'], ['login'], ['consent'], ['select_account'], ['login', 'consent'], ['select_account', 'login', 'consent']];
  const sessions = [null, signedIn(), signedIn({ accountId: BOB })];
  const dones: DoneSteps[] = [{}, proved, agreed, { ...proved, ...agreed }, { 'select-account': { accountId: ALICE, choice: 'current' } }, { 'select-account': { accountId: ALICE, choice: 'other' } }];
  const combinations = prompts.flatMap((prompt) =>
    [null, 0, 59, 60].flatMap((maxAgeSeconds) =>
      [null, ALICE].flatMap((hintedAccount) =>
        sessions.flatMap((session) =>
          [webClient(), FIRST_PARTY].flatMap((client) =>
            [null, remembered].flatMap((consent) => dones.map((done) => ({ prompt, maxAgeSeconds, hintedAccount, session, client, consent, done }))),
          ),
        ),
      ),
    ),
  );

  it('holds what each of them asks for', () => {
    const broken = combinations.filter(({ prompt, maxAgeSeconds, hintedAccount, session, client, consent, done }) => {
      const request = authorizationRequest({ prompt, maxAgeSeconds, hintedAccount });
      const decision = decideAuthorization(authorizationFacts({ request, client, signedIn: session, remembered: consent, done }));
      if (prompt.includes('none') && decision.next === 'step') return true;
      if (decision.next !== 'continue') return false;
      const who = decision.signedIn.accountId;
      const proof = done.password?.accountId === who;
      return (
        session === null ||
        (hintedAccount !== null && who !== hintedAccount) ||
        (prompt.includes('login') && !proof) ||
        (prompt.includes('consent') && done.consent?.accountId !== who) ||
        (maxAgeSeconds !== null && maxAgeSeconds < 60 && !proof) ||
        (!client.registration.firstParty && consent === null && done.consent?.accountId !== who)
      );
    });
    expect([combinations.length, broken]).toEqual([7 * 4 * 2 * 3 * 2 * 2 * 6, []]);
  });
});
