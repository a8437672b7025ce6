import { isReasonId, REASONS } from '@tessera/vocabulary';
import type { PublishedRoute } from '../http/published-surface.js';
import { type Fragment, type Html, html } from './html.js';
import { document, type Frame, type PageContent } from './layout.js';
import type { Page } from './page.js';
import type { Texts } from './texts/index.js';

/** Something that ends in an error page, freed of everything that is for the log. */
export interface PageProblem {
  readonly kind: 'refusal' | 'outage' | 'incident';
  readonly status: number;
  /** Reason of a refusal; null otherwise. */
  readonly reason: string | null;
  readonly code: string;
  readonly description: string;
  readonly requestId: string;
  /** Where it happened; null for an address nobody has. */
  readonly route: PublishedRoute['name'] | null;
  /** An address of ours where the person can go on; empty for the same one again, null where there is none. */
  readonly wayOn: string | null;
}

type Story = { readonly title: string; readonly what: string; readonly way: string };

/**
 * The error page (AUT-2, EDG-9): what happened and what to do in words, then what a developer needs: the reason, what was
 * expected, and the number by which the log is found. Nothing of the request is repeated and nothing leads to an address of it.
 */
export function errorPage(problem: PageProblem, frame: Frame): Page {
  const { errors } = frame.language.texts;
  const { title, what, way } = storyOf(problem, errors);
  const main = html`<div class="${problem.reason === 'interaction.ended' ? 'done' : 'failed'}" aria-hidden="true"></div><h1>${title}</h1>
<p>${what}</p>
<p>${way}</p>
<div class="actions">${problem.wayOn !== null && html`<a class="button" href="${problem.wayOn}">${errors.tryAgain}</a>`}
<a class="button quiet" href="${frame.addresses.account}">${errors.accountPage}</a></div>
${details(problem, errors)}`;
  const content: PageContent = { title: frame.language.texts.titleOfProblem(title), main };
  return { status: problem.status, html: document(frame, content), formTargets: [], scriptNonce: null };
}

function storyOf({ kind, reason, status, route }: PageProblem, errors: Texts['errors']): Story {
  if (kind !== 'refusal') return errors[kind];
  if (reason === 'request.forged') return errors.forged;
  if (reason === 'interaction.ended') return errors.ended;
  if (reason === 'interaction.other_browser') return errors.otherBrowser;
  if (status === 429) return errors.tooMany;
  switch (route) {
    case 'interaction':
      return errors.interaction;
    case 'endSession':
      return errors.logout;
    case 'account':
      return errors.account;
    case null:
      return errors.missing;
    default:
      return errors.application;
  }
}

type Row = readonly [term: string, value: Fragment];

function details(problem: PageProblem, { details: words, forDevelopers }: Texts['errors']): Html {
  const { kind, reason } = problem;
  const expected = reason !== null && isReasonId(reason) ? REASONS[reason].expected : null;
  const requestId: Row = [words.requestId, html`<span id="request-id"><code>${problem.requestId}</code></span>`];
  const rows: readonly Row[] =
    kind === 'refusal'
      ? [
          [words.description, problem.description],
          [words.expected, expected],
          [words.reason, html`<span id="reason"><code>${reason}</code></span>`],
          [words.error, html`<span id="error"><code>${problem.code}</code></span>`],
          requestId,
        ]
      : [requestId];
  const shown = rows.flatMap(([term, value]) => (value === null ? [] : [html`<div><dt>${term}</dt><dd>${value}</dd></div>`]));
  const list = html`<dl class="facts">${shown}</dl>`;
  return kind === 'refusal' ? html`<section aria-labelledby="developers"><h2 id="developers">${forDevelopers}</h2>${list}</section>` : list;
}
