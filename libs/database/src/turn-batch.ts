import { type Joined, traces } from '@tessera/observability';

interface Waiting<Item, Outcome> {
  readonly item: Item;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

/**
 * Collects what is asked for in one turn of the event loop and does it in one go, for statements that take many rows for
 * little more than the price of one. Each caller gets its own outcome; when the run fails, all callers of that run fail.
 */
export class TurnBatch<Item, Outcome> {
  private waiting: Waiting<Item, Outcome>[] = [];
  /** In whose trace the run of this turn is: the first that is recorded. */
  private joined: Joined = null;

  /**
   * @param run answers with one outcome for each item, in their order.
   * @param sizeMax items of one run; a fuller turn takes several.
   */
  constructor(
    private readonly run: (items: readonly Item[]) => Promise<readonly Outcome[]>,
    private readonly sizeMax: number,
  ) {}

  /** Adds an item to the run of this turn; its outcome. */
  add(item: Item): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.joined = traces.joined(this.joined);
      if (this.waiting.length === 1) setImmediate(() => this.flush());
      if (this.waiting.length >= this.sizeMax) this.flush();
    });
  }

  private flush(): void {
    const batch = this.waiting;
    if (batch.length === 0) return;
    this.waiting = [];
    const joined = this.joined;
    this.joined = null;
    traces.onBehalf(joined, () => this.run(batch.map(({ item }) => item))).then(
      (outcomes) => batch.forEach((one, index) => settle(one, outcomes, index)),
      (error: unknown) => batch.forEach((one) => one.reject(error)),
    );
  }
}

function settle<Item, Outcome>(one: Waiting<Item, Outcome>, outcomes: readonly Outcome[], index: number): void {
  const outcome = outcomes[index];
  if (outcome === undefined) one.reject(new RangeError('a batch was answered with too few outcomes'));
  else one.resolve(outcome);
}
