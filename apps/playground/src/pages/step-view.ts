import { responseMeaning } from '../explanations/parameters.js';
import { type Party, TOPICS } from '../explanations/topics.js';
import type { Step } from '../runs/run.js';
import { html, type Content, type Html } from './html.js';
import { requestView, responseView } from './message-view.js';
import { PARTY_NAMES, rows } from './parts.js';

/** One step of the timeline: who speaks to whom, why, and exactly what was said. */
export function stepView(step: Step, number: number, nowMs: number): Html {
  const { title, why, reference } = TOPICS[step.topic];
  return html`<li class="step" id="step-${number}">
<div class="heading"><span class="number" aria-hidden="true">${number}</span><div><p class="route">${route(step)}</p><h3><span class="visually-hidden">Step ${number}: </span>${title}</h3></div></div>
<p class="why">${why} <cite>${reference}</cite></p>
${said(step, nowMs)}
</li>`;
}

/** The parties of a step in the order the message passes them. */
export function partiesOf(step: Step): readonly Party[] {
  if (step.kind === 'redirect') return ['app', 'browser', 'provider'];
  if (step.kind === 'arrival') return ['provider', 'browser', 'app'];
  const { from, to }: { from: Party; to: Party } = TOPICS[step.topic];
  return from === to ? [from] : [from, to];
}

function route(step: Step): Content {
  const parties = partiesOf(step);
  if (parties.length === 1) return html`<span class="party ${parties[0] ?? ''}">${PARTY_NAMES.app}</span> <span class="light">by itself</span>`;
  const arrow = step.kind === 'exchange' || step.kind === 'visit' ? '⇄' : '→';
  const words = step.kind === 'exchange' || step.kind === 'visit' ? ' and back from ' : ' to ';
  return parties.map((party, index) => [index > 0 && html` <span class="arrow"><span aria-hidden="true">${arrow}</span><span class="visually-hidden">${words}</span></span> `, html`<span class="party ${party}">${PARTY_NAMES[party]}</span>`]);
}

function said(step: Step, nowMs: number): Content {
  switch (step.kind) {
    case 'work':
      return html`<div class="message work">${rows(step.facts.map((fact) => ({ ...fact })))}</div>`;
    case 'visit':
      return null;
    case 'redirect':
      return html`<p class="aside">The app answers the press of the button with ${step.status} (See Other), and the browser goes on to:</p>${requestView(step.request, nowMs)}`;
    case 'arrival':
      return requestView(step.request, nowMs, responseMeaning);
    case 'exchange':
      return [
        requestView(step.request, nowMs),
        step.response === null ? html`<div class="message response"><p class="line"><span class="verb bad">No answer</span> ${step.problem}</p></div>` : responseView(step.response, step.topic, nowMs),
        step.response !== null && html`<p class="took">Answered in ${Math.round(step.durationMs)} ms${(step.before ?? 0) > 0 && html`; asked ${step.before ?? 0} times before that`}</p>`,
      ];
  }
}
