import type { DemoCredentials } from '../relying-party/demo-credentials.js';
import { ACTIONS, type Flow, isAction } from '../relying-party/flows.js';
import type { TokenSet } from '../relying-party/token-set.js';
import type { Run } from '../runs/run.js';
import { html, type Content, type Html } from './html.js';
import { page } from './layout.js';
import { actionButtons, type PageContext } from './run-page.js';

/** What the first page shows. */
export interface Home {
  readonly flows: readonly Flow[];
  readonly credentials: DemoCredentials;
  readonly tokenSets: readonly TokenSet[];
  readonly runs: readonly Run[];
  /** Why the provider cannot be used now; null when it can. */
  readonly problem: string | null;
}

/** The first page: every flow with its button. */
export function homePage(home: Home, context: PageContext): Html {
  const { flows, credentials, tokenSets, runs, problem } = home;
  const signIns = flows.filter(({ kind }) => kind === 'sign-in');
  const isElsewhere = ({ kind }: Flow) => kind === 'device' || kind === 'call-centre';
  const devices = flows.filter(isElsewhere);
  const others = flows.filter((flow) => flow.kind !== 'sign-in' && !isElsewhere(flow));
  const content = html`<h1>See how signing in works</h1>
<p class="lead">Press a button. The app runs a real flow against the provider and then shows every request and response in order, every token taken apart, and what each parameter is for.</p>
${problem !== null && html`<section class="outcome failed" role="alert"><h2>The provider does not answer</h2><p>${problem}</p><p>Start it with <span class="code">npm start</span>, then <a href="/">try again</a>.</p></section>`}
${tokenSets.filter(({ ended }) => ended === null).slice(0, 2).map((tokens) => tokensView(tokens, flows))}
${signIns.length > 0 && html`<section aria-labelledby="people"><h2 id="people">Sign a person in</h2>
${peopleView(credentials)}
<p>After a sign-in there are buttons to ask who it was, refresh the tokens, ask what a token is worth, revoke it, and sign out.</p>
<div class="cards">${signIns.map(signInCard)}</div></section>`}
${devices.length > 0 && html`<section aria-labelledby="elsewhere"><h2 id="elsewhere">The person is elsewhere</h2><div class="cards apart">${devices.map((flow) => otherCard(flow, credentials))}</div></section>`}
${others.length > 0 && html`<section aria-labelledby="others"><h2 id="others">Without the provider’s pages</h2><div class="cards apart">${others.map((flow) => otherCard(flow, credentials))}</div></section>`}
${historyView(runs)}`;
  return page({ title: 'Flows', issuer: context.issuer, content });
}

function peopleView({ users }: DemoCredentials): Html | null {
  if (users.length === 0) return null;
  return html`<p class="people">Sign in as ${users.map(({ username, password }, index) => [index > 0 && ' or ', html`<span class="person"><strong>${username}</strong> with the password <span class="code">${password}</span></span>`])}. People of the demo, made up.</p>`;
}

function tokensView(tokens: TokenSet, flows: readonly Flow[]): Html {
  const flow = flows.find(({ id }) => id === tokens.flowId);
  const who = tokens.displayName ?? tokens.subject;
  return html`<section class="next" aria-label="Tokens of ${tokens.clientId}"><h2>${who === null ? 'A service has a token' : `${who} is signed in`}</h2>
<p>Through the client <span class="code">${tokens.clientId}</span>${flow !== undefined && html` (${flow.title})`}. What next?</p>
${actionButtons(tokens)}</section>`;
}

function card(flow: Flow, content: Content): Html {
  return html`<article class="card" id="${flow.id}"><h3>${flow.title}</h3><p>${flow.summary}</p><p class="client">Client <span class="code">${flow.clientId}</span></p>${content}</article>`;
}

function signInCard(flow: Flow): Html {
  return card(
    flow,
    html`<form method="post" action="/flows/${flow.id}">
<button class="primary">${flow.button}</button>
<details class="options"><summary>Options<span class="visually-hidden"> of ${flow.title}</span></summary>
<label for="${flow.id}-prompt">Which pages the provider must show <span class="code">prompt</span></label>
<select id="${flow.id}-prompt" name="prompt"><option value="">as it likes</option><option value="login">sign in again (login)</option><option value="consent">ask for consent (consent)</option><option value="select_account">choose an account (select_account)</option><option value="none">none at all (none)</option></select>
<label for="${flow.id}-mode">How the answer comes back <span class="code">response_mode</span></label>
<select id="${flow.id}-mode" name="response_mode"><option value="">in the address (query)</option><option value="form_post">in a form (form_post)</option></select>
<label class="check"><input type="checkbox" name="offline" value="yes"> Ask for access while the person is away <span class="code">offline_access</span></label>
</details></form>`,
  );
}

function otherCard(flow: Flow, { users }: DemoCredentials): Html {
  const [first] = users;
  const fields =
    flow.kind === 'password' &&
    html`<label for="${flow.id}-username">Username</label><input id="${flow.id}-username" name="username" required autocomplete="username" value="${first?.username ?? ''}">
<label for="${flow.id}-password">Password</label><input id="${flow.id}-password" name="password" type="password" required autocomplete="current-password" value="${first?.password ?? ''}">`;
  return card(flow, html`<form method="post" action="/flows/${flow.id}">${fields}<button class="primary">${flow.button}</button></form>`);
}

const OUTCOMES = { away: 'not finished', done: 'worked', failed: 'failed' } as const;

function historyView(runs: readonly Run[]): Html | null {
  if (runs.length === 0) return null;
  const entries = runs.map((run) => {
    const at = new Date(run.startedAtMs).toISOString();
    const label = isAction(run.name) ? ACTIONS[run.name].title : run.title;
    return html`<li><a href="/runs/${run.id}">${label}</a> <span class="state ${run.outcome.kind}">${OUTCOMES[run.outcome.kind]}</span> <time datetime="${at}">${at.slice(11, 19)} UTC</time></li>`;
  });
  return html`<section aria-labelledby="history"><h2 id="history">What you ran</h2><ol class="history">${entries}</ol></section>`;
}
