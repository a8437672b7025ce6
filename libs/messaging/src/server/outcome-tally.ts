import type { Metrics } from '@tessera/observability';

/** Counts outcomes by subject and reports a turn's worth at once: a labelled counter costs more than the rest of an item. */
export class OutcomeTally {
  private readonly pending = new Map<string, Map<string, number>>();
  private readonly report: (subject: string, outcome: string, items: number) => void;

  constructor(metrics: Metrics | undefined) {
    const served = metrics?.counter('bus_served_total', 'Items other services sent here by outcome.', ['subject', 'outcome']);
    this.report = (subject, outcome, items) => served?.inc({ subject, outcome }, items);
  }

  add(subject: string, outcome: string): void {
    const outcomes = this.pending.get(subject) ?? new Map<string, number>();
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    this.pending.set(subject, outcomes);
  }

  flush(): void {
    for (const [subject, outcomes] of this.pending) {
      for (const [outcome, items] of outcomes) this.report(subject, outcome, items);
    }
    this.pending.clear();
  }
}
