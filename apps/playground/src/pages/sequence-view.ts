import { type Party, TOPICS } from '../explanations/topics.js';
import type { Step } from '../runs/run.js';
import { html, type Content, type Html } from './html.js';

/** The flow at a glance: three lanes and an arrow per message, each step a link to its story. */
export function sequenceView(steps: readonly Step[]): Html {
  return html`<nav class="sequence" aria-labelledby="at-a-glance">
<h2 id="at-a-glance">At a glance</h2>
<div class="lanes" aria-hidden="true"><span class="party browser">Browser</span><span class="party app">App</span><span class="party provider">Provider</span></div>
<ol>${steps.map((step, index) => html`<li>${linesOf(step, index + 1)}</li>`)}</ol>
</nav>`;
}

function linesOf(step: Step, number: number): Content {
  const link = html`<a href="#step-${number}"><span class="number" aria-hidden="true">${number}</span><span class="visually-hidden">Step ${number}: </span>${labelOf(step)}</a>`;
  switch (step.kind) {
    case 'work':
      return html`<span class="alone">${link}</span>`;
    case 'visit':
      return hop('browser', 'provider', link, 'both');
    case 'redirect':
      return [hop('app', 'browser', String(step.status), 'answer'), hop('browser', 'provider', link)];
    case 'arrival':
      return [hop('provider', 'browser', step.request.method === 'POST' ? 'a form' : '303', 'answer'), hop('browser', 'app', link)];
    case 'exchange':
      return [hop('app', 'provider', link), hop('provider', 'app', answerOf(step), wentWrong(step) ? 'answer failed' : 'answer')];
  }
}

const LANES: readonly Party[] = ['browser', 'app', 'provider'];

/** Where an arrow runs and which way it points are classes of the stylesheet. */
function hop(from: Party, to: Party, label: Content, manner = ''): Html {
  const [left, right] = [from, to].sort((a, b) => LANES.indexOf(a) - LANES.indexOf(b));
  const direction = left === from ? 'right' : 'left';
  return html`<span class="hop ${left ?? ''}-${right ?? ''} ${direction} ${manner}"><span class="label">${label}</span></span>`;
}

type Exchange = Extract<Step, { kind: 'exchange' }>;

const answerOf = ({ response }: Exchange): string => (response === null ? 'no answer' : String(response.status));
const wentWrong = ({ response }: Exchange): boolean => response === null || response.status >= 400;

const SHORT: Partial<Record<Step['topic'], string>> = {
  preparation: 'makes one-time values',
  'sign-in': 'the person signs in',
  'device-verification': 'the person enters the code',
  approval: 'the customer decides',
  'id-token-check': 'checks the ID token',
  'sign-out': 'the session ends',
  discovery: 'GET metadata',
};

/** The request as `POST /token`, or what happens where there is none. */
function labelOf(step: Step): string {
  const short = SHORT[step.topic];
  if (short !== undefined || step.kind === 'work' || step.kind === 'visit') return short ?? TOPICS[step.topic].title;
  return `${step.request.method} ${new URL(step.request.url).pathname}`;
}
