import type { DemoCredentials } from '../relying-party/demo-credentials.js';
import { deviceState, type WaitingDevice } from '../relying-party/device.js';
import type { TokenSet } from '../relying-party/token-set.js';
import { html, type Content, type Html } from './html.js';
import { page } from './layout.js';
import { buttonForm } from './parts.js';
import { qrCode } from './qr-code.js';
import { actionButtons, type PageContext } from './run-page.js';
import { WATCH_PATH } from './watch-script.js';

type Person = DemoCredentials['users'][number];

const MINUTE_MS = 60_000;

/** A pretended television, and a pretended phone beside it: the code goes from one to the other by the person's eyes. */
export function devicePage(device: WaitingDevice, tokens: TokenSet | null, person: Person | null, { issuer, nowMs }: PageContext): Html {
  const state = deviceState(device, nowMs);
  const waits = state === 'waiting' || state === 'ending';
  const content = html`<p class="crumbs"><a href="/">All flows</a></p>
<h1>${device.run.title}</h1>
<p class="lead">${device.run.summary}</p>
<div class="living-room" data-watch="/devices/${device.run.id}/state" data-state="${state}">
<section class="tv" aria-labelledby="tv"><h2 id="tv" class="visually-hidden">The television</h2><div class="screen">${screen(device, state, nowMs)}</div></section>
<section class="phone" aria-labelledby="phone"><h2 id="phone" class="visually-hidden">The phone</h2><div class="screen">${phone(device, waits, person)}</div></section>
${waits && html`<p class="again" data-again><a class="button" href="/devices/${device.run.id}">Look at the television again</a></p>`}
</div>
${tokens !== null && tokens.ended === null && html`<section class="next" aria-label="Go on"><h2>Go on</h2>${actionButtons(tokens)}</section>`}
<p><a href="/runs/${device.run.id}">See every request of this flow, step by step</a></p>
<script src="${WATCH_PATH}" defer></script>`;
  return page({ title: device.run.title, issuer, content });
}

function screen(device: WaitingDevice, state: ReturnType<typeof deviceState>, nowMs: number): Content {
  const again = (label: string) => buttonForm({ action: '/flows/device', label, primary: state !== 'waiting' });
  switch (state) {
    case 'waiting':
    case 'ending': {
      const minutes = Math.max(1, Math.round((device.expiresAtMs - nowMs) / MINUTE_MS));
      return html`<p class="big">Sign in to your television</p>
<div class="two"><div><p>Scan this with your phone, or go to</p><p class="code">${device.verificationUri}</p><p>and enter</p><p class="user-code">${device.userCode}</p></div>${qrCode(device.complete, `QR code that leads to ${device.complete}`)}</div>
<p role="status">${state === 'ending' ? html`<strong>This code ends soon.</strong> Get a new one if you need more time.` : `The code is good for about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`}</p>
${again('Get a new code')}`;
    }
    case 'done':
      return html`<p class="big">Welcome</p><p role="status">${device.run.outcome.kind === 'done' && device.run.outcome.text} The television has its tokens and goes on.</p>${again('Switch it on again')}`;
    case 'ended':
      return html`<p class="big">The code has ended</p><p role="status">Nobody entered it in time.</p>${again('Get a new code')}`;
    case 'failed':
      return html`<p class="big">Not signed in</p><p role="alert">${device.run.outcome.kind === 'failed' && device.run.outcome.failure.explanation}</p>${again('Get a new code')}`;
  }
}

function phone(device: WaitingDevice, waits: boolean, person: Person | null): Content {
  if (!waits) return html`<p>The phone is no longer needed.</p>`;
  return html`<p>This stands for the camera of your phone. It reads the QR code and opens</p>
<p class="code">${device.complete}</p>
<p><a class="button primary" href="${device.complete}" target="_blank" rel="noopener">Open it on the phone</a></p>
${person !== null && html`<p class="light">Sign in as <strong>${person.username}</strong> with <span class="code">${person.password}</span></p>`}
<p class="light">Any other browser does as well: a real phone, if it reaches this address.</p>`;
}
