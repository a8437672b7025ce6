import type { Topic } from '../explanations/topics.js';

/** A name and its value as they were sent; order and repetition are kept. */
export type Pair = readonly [name: string, value: string];

/** A request as it left the app, or reached it. */
export interface SentRequest {
  readonly method: string;
  /** Without its query, which stands in `parameters`. */
  readonly url: string;
  readonly headers: readonly Pair[];
  readonly parameters: readonly Pair[];
  readonly parametersIn: 'query' | 'form' | 'nothing';
}

/** A response as the app received it. */
export interface ReceivedResponse {
  readonly status: number;
  readonly headers: readonly Pair[];
  /** The whole body as text, cut where it is too long to show. */
  readonly text: string;
}

/** A value the app made or checked by itself. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
  readonly secret: boolean;
}

/** One thing that happened, in the order of the page. */
export type Step =
  | { readonly kind: 'work'; readonly topic: Topic; readonly facts: readonly Fact[] }
  | {
      readonly kind: 'exchange';
      readonly topic: Topic;
      readonly request: SentRequest;
      readonly response: ReceivedResponse | null;
      /** Why there is no response. */
      readonly problem: string | null;
      readonly durationMs: number;
      /** How many requests like it came before and are not shown: a device asks again and again. */
      readonly before?: number;
    }
  /** The app sends the browser to the provider. */
  | { readonly kind: 'redirect'; readonly topic: Topic; readonly status: number; readonly request: SentRequest }
  /** What passes between the person and the provider; the app sees nothing of it. */
  | { readonly kind: 'visit'; readonly topic: Topic }
  /** The provider sends the browser back to the app. */
  | { readonly kind: 'arrival'; readonly topic: Topic; readonly request: SentRequest };

/** What went wrong, in words a person can act on. */
export interface Failure {
  readonly title: string;
  /** The registered error code, as the provider sent it. */
  readonly code: string | null;
  readonly description: string | null;
  readonly requestId: string | null;
  readonly explanation: string;
}

/** How a run stands. */
export type Outcome =
  | { readonly kind: 'away'; readonly text: string }
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** A run has few steps; more would mean a loop between the library and the provider. */
const STEPS_MAX = 40;

/** What is asked for again and again until there is an answer. */
const POLLS: ReadonlySet<Topic> = new Set<Topic>(['device-poll', 'backchannel-poll']);

/** One press of a button and everything that followed. */
export class Run {
  readonly steps: Step[] = [];
  outcome: Outcome = { kind: 'away', text: 'Under way.' };
  /** The tokens this run brought or used. */
  tokens: string | null = null;

  constructor(
    readonly id: string,
    /** The button: a flow or an action. */
    readonly name: string,
    readonly title: string,
    readonly summary: string,
    readonly startedAtMs: number,
  ) {}

  add(step: Step): void {
    const last = this.steps.at(-1);
    // Of many polls the last one is told, with their number: else a patient device would fill the page.
    if (step.kind === 'exchange' && last?.kind === 'exchange' && POLLS.has(step.topic) && last.topic === step.topic) {
      this.steps[this.steps.length - 1] = { ...step, before: (last.before ?? 0) + 1 };
      return;
    }
    if (this.steps.length < STEPS_MAX) this.steps.push(step);
  }

  end(outcome: Outcome): void {
    this.outcome = outcome;
  }
}
