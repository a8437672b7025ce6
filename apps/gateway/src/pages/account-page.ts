import type { AccountPageReply } from '@tessera/protocol/account';
import { BACKCHANNEL_USER_CODE_LENGTH_MAX, BACKCHANNEL_USER_CODE_LENGTH_MIN, PASSWORD_LENGTH_MIN } from '@tessera/vocabulary';
import { describeDevice } from './device.js';
import { type Fragment, type Html, html } from './html.js';
import { type Frame, hidden, monogram, type PageContent, personChip, problemSummary } from './layout.js';

/** The account page as its owner answers it. */
export type AccountShown = Extract<AccountPageReply, { kind: 'account' }>;
/** What can be done on the account page. */
export type AccountDone = Exclude<AccountShown['done'], null>;
type Session = AccountShown['view']['sessions'][number];
type Application = AccountShown['view']['applications'][number];

/** Which field a problem is about. */
const FIELD_OF = { 'wrong-password': 'current', 'too-many': 'current', 'password-too-short': 'new', 'password-too-long': 'new', 'user-code-length': 'user-code', gone: null } as const;

/** The account page (UIX-9): every session, every app with access, the password; each can be ended or changed. */
export function accountPage({ view, done, problem }: AccountShown, csrf: string, frame: Frame): PageContent {
  const { account: texts } = frame.language.texts;
  const main = html`<div class="top"><h1>${texts.title}</h1><p class="who">${personChip(view.person, view.email)}
<a class="button quiet" href="${frame.addresses.endSession}">${texts.signOut}</a></p></div>
${done !== null && html`<div class="notice ok" role="status" tabindex="-1" autofocus><p>${texts.done[done]}</p></div>`}
${problem !== null && problemSummary(texts.problemTitle, texts.problems[problem], FIELD_OF[problem])}
${sessionsPart(view.sessions, csrf, frame)}
${applicationsPart(view.applications, csrf, frame)}
${passwordPart(problem, csrf, view.person.identifier, frame)}
${userCodePart(view.userCode, problem, csrf, frame)}`;
  return { title: problem === null ? texts.title : frame.language.texts.titleOfProblem(texts.title), main, wide: true };
}

/** A form of one change. */
function change(name: AccountDone, csrf: string, frame: Frame, content: Fragment): Html {
  return html`<form method="post" action="${frame.addresses.account}">${hidden('change', name)}${hidden('csrf', csrf)}${content}</form>`;
}

function sessionsPart(sessions: readonly Session[], csrf: string, frame: Frame): Html {
  const { account: texts } = frame.language.texts;
  const others = sessions.filter((session) => !session.current);
  return html`<section class="card" aria-labelledby="sessions"><h2 id="sessions">${texts.sessions}</h2>
<ul class="rows">${sessions.map((session) => sessionRow(session, csrf, frame))}</ul>
${others.length > 1 && change('end-other-sessions', csrf, frame, html`<button type="submit" class="quiet">${texts.endOthers}</button>`)}</section>`;
}

function sessionRow(session: Session, csrf: string, frame: Frame): Html {
  const { account: texts } = frame.language.texts;
  const device = describeDevice(session.userAgent);
  const name = device === null ? texts.unknownBrowser : texts.device(device.browser, device.system);
  const since = instant(session.startedAt, frame);
  const end = html`${hidden('session', session.id)}<button type="submit" class="quiet small">${texts.endSession}<span class="aside"> ${texts.endSessionOf(name, since)}</span></button>`;
  return html`<li><div><strong>${name}</strong>${session.current && html` <span class="tag">${texts.here}</span>`}
<span class="host">${texts.started} ${time(session.startedAt, frame)}</span>
<span class="host">${texts.used} ${time(session.usedAt, frame)} ${texts.address} ${session.sourceAddress}</span></div>
${!session.current && change('end-session', csrf, frame, end)}</li>`;
}

function applicationsPart(applications: readonly Application[], csrf: string, frame: Frame): Html {
  const { account: texts } = frame.language.texts;
  const rows = applications.length === 0 ? html`<p class="host">${texts.noApplications}</p>` : html`<ul class="rows">${applications.map((one) => applicationRow(one, csrf, frame))}</ul>`;
  return html`<section class="card" aria-labelledby="applications"><h2 id="applications">${texts.applications}</h2>${rows}</section>`;
}

function applicationRow({ client, scope, access, offline, since }: Application, csrf: string, frame: Frame): Html {
  const { account: texts, scopes: words } = frame.language.texts;
  const may = scope.map((one) => html`<li>${words[one]?.title ?? html`<code>${one}</code>`}</li>`);
  const end = html`${hidden('client_id', client.clientId)}<button type="submit" class="quiet small">${access ? texts.endAccess : texts.forgetConsent}<span class="aside"> ${texts.endAccessOf(client.name)}</span></button>`;
  return html`<li>${monogram(client.name, client.clientId)}<div><strong>${client.name}</strong>${client.unverifiedAt !== undefined && html` <span class="host">${client.unverifiedAt}</span>`}${!access && html` <span class="tag plain">${texts.noAccessNow}</span>`}
<span class="host">${texts.since} ${time(since, frame)}</span>${access && offline && html`
<span class="host">${texts.offline}</span>`}${!access && html`
<span class="host">${texts.remembered}</span>`}
<ul class="claims">${may}</ul></div>
${change('end-access', csrf, frame, end)}</li>`;
}

function passwordPart(problem: AccountShown['problem'], csrf: string, identifier: string, frame: Frame): Html {
  const { account: texts } = frame.language.texts;
  const wrong = problem === null ? null : FIELD_OF[problem];
  const marked = html` aria-invalid="true"`;
  const current = wrong === 'current' && html`${marked} aria-describedby="problem"`;
  const next = wrong === 'new' ? html`${marked} aria-describedby="problem hint"` : html` aria-describedby="hint"`;
  const fields = html`<input class="aside" type="text" name="username" value="${identifier}" autocomplete="username" tabindex="-1" aria-hidden="true" readonly>
<div class="field"><label for="current">${texts.currentPassword}</label><input id="current" name="current_password" type="password" autocomplete="current-password" required${current}></div>
<div class="field"><label for="new">${texts.newPassword}</label><input id="new" name="new_password" type="password" autocomplete="new-password" minlength="${PASSWORD_LENGTH_MIN}" required${next}><p class="hint" id="hint">${texts.newPasswordHint(PASSWORD_LENGTH_MIN)}</p></div>
<div class="check"><label for="offline"><input type="checkbox" id="offline" name="end_offline" value="yes"><span>${texts.endOffline}</span></label></div>
<p class="host">${texts.passwordEnds}</p>
<div class="actions"><button type="submit">${texts.changePassword}</button></div>`;
  return html`<section class="card" aria-labelledby="password-title"><h2 id="password-title">${texts.password}</h2>${change('change-password', csrf, frame, fields)}</section>`;
}

/** The code that clients have to be told before they may ask (CIBA Core §7.1). It is a text of its own, and never the password. */
function userCodePart(set: boolean, problem: AccountShown['problem'], csrf: string, frame: Frame): Html {
  const { account: texts } = frame.language.texts;
  const wrong = problem === 'user-code-length' ? html` aria-invalid="true" aria-describedby="problem user-code-hint"` : html` aria-describedby="user-code-hint"`;
  const fields = html`<div class="field"><label for="user-code">${set ? texts.newUserCode : texts.userCode}</label><input id="user-code" name="user_code" type="password" autocomplete="off" minlength="${BACKCHANNEL_USER_CODE_LENGTH_MIN}" maxlength="${BACKCHANNEL_USER_CODE_LENGTH_MAX}" required${wrong}><p class="hint" id="user-code-hint">${texts.userCodeHint(BACKCHANNEL_USER_CODE_LENGTH_MIN)}</p></div>
<div class="actions"><button type="submit" class="quiet">${texts.setUserCode}</button></div>`;
  const remove = html`<button type="submit" class="quiet small">${texts.removeUserCode}</button>`;
  return html`<section class="card" aria-labelledby="user-code-title"><h2 id="user-code-title">${texts.userCodeTitle}</h2>
<p class="host">${set ? texts.userCodeSet : texts.userCodeWhat} <a href="${frame.addresses.approvals}">${frame.language.texts.approvals.title}</a></p>
${change('set-user-code', csrf, frame, fields)}${set && change('remove-user-code', csrf, frame, remove)}</section>`;
}

function time(epochSeconds: number, frame: Frame): Html {
  return html`<time datetime="${new Date(epochSeconds * 1_000).toISOString()}">${instant(epochSeconds, frame)}</time>`;
}

/** In UTC, and said so: the server does not know where the person is. */
function instant(epochSeconds: number, { language: { tag } }: Frame): string {
  const format = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC', hourCycle: 'h23' });
  return `${format.format(epochSeconds * 1_000)} UTC`;
}
