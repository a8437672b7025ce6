import type { StepPage } from '@tessera/protocol/interaction';
import { consentPage } from './consent-page.js';
import { deviceConsentPage } from './device-consent-page.js';
import { html } from './html.js';
import { clientBadge, type Frame, monogram, type PageContent, personChip, policies, problemSummary } from './layout.js';
import { type StepForm, stepFields } from './step-form.js';
import { waiting } from './waiting.js';

type PageOf<Step extends StepPage['step']> = Extract<StepPage, { step: Step }>;

/** The page of a step (decision 15); a new step is a new row. */
export function stepPage(page: StepPage, form: StepForm, frame: Frame): PageContent {
  switch (page.step) {
    case 'password':
      return passwordPage(page, form, frame);
    case 'select-account':
      return selectAccountPage(page, form, frame);
    case 'consent':
      return consentPage(page, stepFields('consent', form), frame);
    case 'device-consent':
      return deviceConsentPage(page, form, frame);
    case 'confirm-logout':
      return confirmLogoutPage(page, form, frame);
  }
}

const MINUTE_SECONDS = 60;

function passwordPage(page: PageOf<'password'>, form: StepForm, frame: Frame): PageContent {
  const { texts } = frame.language;
  const { client, person, problem } = page;
  const about = client === null ? html`<p class="lead">${texts.signIn.toAccount}</p>` : clientBadge(client, texts.signIn.to);
  const title = person === null ? texts.signIn.title : texts.signIn.again(person.name ?? person.identifier);
  const text = problem === null ? null : problem === 'too_many' ? texts.signIn.problems.too_many(waiting(page.waitSeconds ?? MINUTE_SECONDS, frame)) : texts.signIn.problems[problem];
  const described = problem === null ? null : html` aria-describedby="problem"`;
  const invalid = problem === 'wrong' || problem === 'missing' ? html` aria-invalid="true"` : null;
  // The first field that is empty has the focus, unless there is a problem to be read first.
  const focusPassword = problem === null && (person !== null || page.identifier !== null);
  const focusIdentifier = problem === null && !focusPassword;
  const identifier = person?.identifier ?? page.identifier ?? '';
  const main = html`<h1>${title}</h1>
${about}
${text !== null && problemSummary(texts.signIn.problemTitle, text, null)}
${person !== null && html`<p class="lead">${texts.signIn.againWhy}</p>`}
<form method="post" action="${frame.addresses.interaction}" novalidate>
${stepFields('password', form)}
<div class="field"><label for="identifier">${texts.signIn.identifier}</label>
<input id="identifier" name="identifier" type="text" value="${identifier}" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" maxlength="256" required${person !== null && html` readonly`}${invalid}${described}${focusIdentifier && html` autofocus`}></div>
<div class="field"><label for="password">${texts.signIn.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${invalid}${described}${focusPassword && html` autofocus`}></div>
<div class="actions"><button type="submit" id="sign-in">${texts.signIn.submit}</button></div>
</form>
${policies(client, frame)}`;
  return { title: titled(problem === null ? title : texts.titleOfProblem(title), client?.name), main };
}

function selectAccountPage({ client, person }: PageOf<'select-account'>, form: StepForm, frame: Frame): PageContent {
  const { selectAccount } = frame.language.texts;
  const main = html`<h1>${selectAccount.title}</h1>
${client !== null && clientBadge(client, selectAccount.to)}
<form method="post" action="${frame.addresses.interaction}">
${stepFields('select-account', form)}
<div class="choices">
<button type="submit" class="choice" id="account-current" name="choice" value="current">${personChip(person)}<span class="tag">${selectAccount.current}</span></button>
<button type="submit" class="choice" id="account-other" name="choice" value="other"><span class="person">${monogram('+', '+')}<span><strong>${selectAccount.other}</strong></span></span></button>
</div>
</form>
${policies(client, frame)}`;
  return { title: titled(selectAccount.title, client?.name), main };
}

function confirmLogoutPage({ client, person }: PageOf<'confirm-logout'>, form: StepForm, frame: Frame): PageContent {
  const { confirmLogout } = frame.language.texts;
  const main = html`<h1>${confirmLogout.title}</h1>
<p class="who">${personChip(person)}</p>
<p>${client !== null && html`${confirmLogout.asked(client.name)} `}${confirmLogout.what}</p>
<form method="post" action="${frame.addresses.interaction}">
${stepFields('confirm-logout', form)}
<div class="actions"><button type="submit" id="sign-out" name="decision" value="sign-out">${confirmLogout.yes}</button>
<button type="submit" class="quiet" id="stay" name="decision" value="stay">${confirmLogout.no}</button></div>
</form>`;
  return { title: titled(confirmLogout.title, client?.name), main };
}

function titled(title: string, client: string | undefined): string {
  return client === undefined ? title : `${title} – ${client}`;
}
