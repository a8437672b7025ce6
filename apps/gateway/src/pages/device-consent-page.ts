import type { StepPage } from '@tessera/protocol/interaction';
import { askedScopes, offlineNote } from './consent-page.js';
import { type Html, html, webAddress } from './html.js';
import { type Frame, monogram, type PageContent, personChip, policies } from './layout.js';
import { type StepForm, stepFields } from './step-form.js';
import { REVEAL_MINUTES_MAX } from './style-sheet.js';

type DeviceConsentStep = Extract<StepPage, { step: 'device-consent' }>;

const MINUTE_SECONDS = 60;
/** Minutes before the end of a code from which on it is said that it ends soon (WCAG 2.2 §2.2.1). */
const WARNING_MINUTES = 2;

/**
 * RFC 8628 §5.4, DEV-5: which client, for whom, what for, from where, and the code to compare. Whoever was sent the code of another
 * person's device finds out here or nowhere, so the comparison comes before everything that is to be agreed to.
 */
export function deviceConsentPage(page: DeviceConsentStep, form: StepForm, frame: Frame): PageContent {
  const { texts } = frame.language;
  const { client, person } = page;
  const words = texts.device.consent;
  const title = words.title(client.name);
  const home = webAddress(client.clientUri);
  const main = html`<div class="pair">${monogram(client.name, client.clientId)}</div>
<h1>${title}</h1>
${home !== null && html`<p class="host from">${new URL(home).host}</p>`}
<p class="compare"><span class="intro">${words.compare}</span> <strong class="code">${page.userCode}</strong> <span class="host">${words.started}</span></p>
${origin(page, frame)}
<div class="who"><span class="aside">${texts.consent.signedInAs}</span> ${personChip(person)}
<form method="post" action="${frame.addresses.interaction}">${stepFields('select-account', form)}<button type="submit" class="quiet small" name="choice" value="other">${words.notYou}</button></form></div>
<form method="post" action="${frame.addresses.interaction}">
${stepFields('device-consent', form)}
<p class="lead" id="will">${texts.consent.will(client.name)}</p>
${askedScopes(page.scope, frame)}
${offlineNote(page, frame)}
${ending(page, frame)}
<div class="actions"><button type="submit" name="decision" value="allow">${words.allow}</button>
<button type="submit" class="quiet" name="decision" value="deny">${words.deny}</button></div>
</form>
${policies(client, frame)}`;
  return { title, main };
}

function origin({ sourceAddress, sameSource, askedSecondsAgo }: DeviceConsentStep, { language: { texts } }: Frame): Html {
  const words = texts.device.consent;
  const minutes = Math.floor(askedSecondsAgo / MINUTE_SECONDS);
  const from = sourceAddress === '' ? words.unknownAddress : (sameSource ? words.fromHere : words.fromElsewhere)(sourceAddress);
  return html`<dl class="facts origin"><div><dt>${words.from}</dt><dd>${from}</dd></div>
<div><dt>${words.when}</dt><dd>${minutes === 0 ? words.justNow : words.minutesAgo(minutes)}</dd></div></dl>`;
}

/** How long the code is good for, a warning that shows up by itself before it ends, and a way to get another. */
function ending({ secondsLeft }: DeviceConsentStep, { addresses, language: { texts } }: Frame): Html {
  const words = texts.device.consent;
  const minutes = Math.max(1, Math.round(secondsLeft / MINUTE_SECONDS));
  const later = Math.floor(secondsLeft / MINUTE_SECONDS) - WARNING_MINUTES;
  const shown = later <= 0 ? '' : ` after-${Math.min(later, REVEAL_MINUTES_MAX)}`;
  return html`<p class="small">${words.ends(minutes)} ${words.another} <a href="${addresses.device}">${words.enterAnother}</a>.</p>
<div role="status"><p class="notice warning${shown}"><strong>${words.endsSoon}</strong></p></div>`;
}
