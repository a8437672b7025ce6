import type { EnrolledBrowser, EnrolledBrowsers } from '@tessera/protocol/backchannel-authentication';
import { describeDevice } from './device.js';
import { type Html, html } from './html.js';
import { type Frame, hidden } from './layout.js';

/**
 * The browsers that are told of requests. Those that are enrolled are listed and forgotten without JavaScript; the button that enrols
 * this one is shown by the script, where the browser has what it takes.
 */
export function pushSection({ publicKey, browsers }: EnrolledBrowsers, csrf: string, frame: Frame): Html {
  const { push } = frame.language.texts.approvals;
  const { approvals, pushWorker } = frame.addresses;
  return html`<section class="card" id="push" aria-labelledby="push-title" data-key="${publicKey}" data-worker="${pushWorker}" data-scope="${approvals}"><h2 id="push-title">${push.title}</h2>
<p class="lead">${push.lead}</p>
${browsers.length > 0 && html`<ul class="rows">${browsers.map((one) => browserRow(one, csrf, frame))}</ul>`}
<p class="host" id="push-script">${push.noScript}</p>
<p class="notice problem" id="push-problem" role="alert" hidden data-denied="${push.denied}" data-failed="${push.failed}" data-missing="${push.missing}"></p>
<form method="post" action="${approvals}" id="enrol" hidden>
${hidden('csrf', csrf)}${hidden('change', 'enrol')}${hidden('endpoint', '')}${hidden('p256dh', '')}${hidden('auth', '')}
<div class="actions"><button type="submit" class="quiet">${push.enrol}</button></div></form></section>`;
}

function browserRow({ id, endpointHash, userAgent, since }: EnrolledBrowser, csrf: string, frame: Frame): Html {
  const { account, approvals } = frame.language.texts;
  const device = describeDevice(userAgent);
  const name = device === null ? account.unknownBrowser : account.device(device.browser, device.system);
  const day = new Intl.DateTimeFormat(frame.language.tag, { dateStyle: 'medium', timeZone: 'UTC' }).format(since * 1_000);
  return html`<li data-browser="${endpointHash}"><div><strong>${name}</strong> <span class="tag" hidden>${approvals.push.here}</span> <span class="host">${approvals.push.since(day)}</span></div>
<form method="post" action="${frame.addresses.approvals}">${hidden('csrf', csrf)}${hidden('change', 'withdraw')}${hidden('browser', id)}<button type="submit" class="quiet small">${approvals.push.withdraw} <span class="aside">${name}, ${day}</span></button></form></li>`;
}

/**
 * Enrols this browser (Push API §7): asks it when the button is pressed, and sends what it gave as the form it is. A subscription made
 * for another key is of no use and is made anew.
 */
export const PUSH_SCRIPT = html`(async () => {
  const section = document.getElementById('push');
  if (section === null) return;
  document.getElementById('push-script').hidden = true;
  const form = document.getElementById('enrol');
  const problem = document.getElementById('push-problem');
  const tell = (what) => { problem.textContent = problem.dataset[what]; problem.hidden = false; };
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) return tell('missing');
  const { key, worker, scope } = section.dataset;
  const nameOf = async (endpoint) => {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint)));
    return btoa(String.fromCharCode(...digest)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  };
  const known = await navigator.serviceWorker.getRegistration(scope);
  const mine = await known?.pushManager.getSubscription();
  const name = mine ? await nameOf(mine.endpoint) : null;
  const row = [...section.querySelectorAll('[data-browser]')].find((one) => one.dataset.browser === name);
  if (row === undefined) form.hidden = false;
  else row.querySelector('.tag').hidden = false;
  row?.querySelector('form').addEventListener('submit', () => void mine.unsubscribe().catch(() => {}));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      if ((await Notification.requestPermission()) !== 'granted') return tell('denied');
      const registration = await navigator.serviceWorker.register(worker, { scope });
      await navigator.serviceWorker.ready;
      const options = { userVisibleOnly: true, applicationServerKey: key };
      const old = await registration.pushManager.getSubscription();
      const made = await registration.pushManager.subscribe(options).catch(async (error) => {
        if (old === null) throw error;
        await old.unsubscribe();
        return registration.pushManager.subscribe(options);
      });
      const { endpoint, keys } = made.toJSON();
      form.elements.endpoint.value = endpoint;
      form.elements.p256dh.value = keys.p256dh;
      form.elements.auth.value = keys.auth;
      form.submit();
    } catch {
      tell('failed');
    }
  });
})();`;
