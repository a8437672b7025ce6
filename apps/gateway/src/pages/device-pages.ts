import type { ClientView, DeviceOutcome } from '@tessera/protocol/interaction';
import { USER_CODE_INPUT_LENGTH_MAX } from '@tessera/vocabulary';
import { html } from './html.js';
import { type Frame, hidden, type PageContent, problemSummary } from './layout.js';
import { waiting } from './waiting.js';

/** The page where a user code is entered. */
export interface UserCodeForm {
  readonly typed: string;
  /** Why it comes again; null the first time. */
  readonly problem: 'missing' | 'unknown' | 'too_many' | null;
  readonly waitSeconds: number | null;
}

const MINUTE_SECONDS = 60;

/** RFC 8628 §3.3: code entry. What `verification_uri_complete` brought stands in the field, and waits for the person (DEV-5). */
export function userCodePage({ typed, problem, waitSeconds }: UserCodeForm, csrf: string, frame: Frame): PageContent {
  const { texts } = frame.language;
  const { device } = texts;
  const text = problem === null ? null : problem === 'too_many' ? device.problems.too_many(waiting(waitSeconds ?? MINUTE_SECONDS, frame)) : device.problems[problem];
  const wrong = problem === 'missing' || problem === 'unknown';
  const main = html`<h1>${device.title}</h1>
${text === null ? html`<p class="lead">${typed === '' ? device.lead : device.filledIn}</p>` : problemSummary(device.problemTitle, text, null)}
<form method="post" action="${frame.addresses.device}" novalidate>
${hidden('csrf', csrf)}
<div class="field"><label for="user_code">${device.code}</label>
<input id="user_code" class="code" name="user_code" type="text" value="${typed}" autocomplete="off" autocapitalize="characters" autocorrect="off" spellcheck="false" maxlength="${USER_CODE_INPUT_LENGTH_MAX}" required${wrong && html` aria-invalid="true"`} aria-describedby="${problem === null ? 'hint' : 'problem hint'}"${problem === null && html` autofocus`}>
<p class="hint" id="hint">${device.hint}</p></div>
<div class="actions"><button type="submit">${device.submit}</button></div>
</form>`;
  return { title: problem === null ? device.title : texts.titleOfProblem(device.title), main };
}

/** What happens on the device now, and a way on. */
export function deviceResultPage(outcome: DeviceOutcome, client: ClientView | null, frame: Frame): PageContent {
  const { device } = frame.language.texts;
  const { title, what } = device.outcomes[outcome];
  const connected = outcome === 'approved' || outcome === 'approved_before';
  const main = html`<div class="${outcome === 'approved' ? 'done' : 'failed'}" aria-hidden="true"></div><h1>${title}</h1>
<p>${what(client?.name ?? device.thisApp)}</p>
<div class="actions">${!connected && html`<a class="button" href="${frame.addresses.device}">${device.enterAnother}</a>`}
${connected && html`<a class="button quiet" href="${frame.addresses.account}">${device.account}</a>`}</div>`;
  return { title, main };
}
