import type { StepPage } from '@tessera/protocol/interaction';
import { type Html, html } from './html.js';
import { hidden } from './layout.js';

/** What the form of a step carries beside what is asked. */
export interface StepForm {
  readonly interaction: string;
  readonly csrf: string;
}

/** What every form of a step carries. */
export function stepFields(step: StepPage['step'], { interaction, csrf }: StepForm): Html {
  return html`${hidden('interaction', interaction)}${hidden('step', step)}${hidden('csrf', csrf)}`;
}
