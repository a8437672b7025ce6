import { SYNCHRONOUS_WORK_MS_MAX } from '@tessera/vocabulary';

/** Started items above which the queue lets go of their slots. */
const STARTED_MAX = 1_024;

/** Where {@link TurnQueue} gets time and turns from; tests pass their own. */
export interface EventLoop {
  monotonicMs(): number;
  /** Runs the callback when this turn is over (`setImmediate`). */
  afterTurn(callback: () => void): void;
  /** Runs the callback when everything that can go on without waiting has gone on. */
  afterMicrotasks(callback: () => void): void;
}

/** The event loop of the process. */
export const nodeEventLoop: EventLoop = {
  monotonicMs: () => performance.now(),
  afterTurn: (callback) => void setImmediate(callback),
  // Node runs next ticks when the microtask queue is empty, so a tick asked for by a microtask comes after all of them.
  afterMicrotasks: (callback) => queueMicrotask(() => process.nextTick(callback)),
};

/**
 * Starts items one after another, and after 2 ms of synchronous work lets the event loop turn (decision 12). The work of an
 * item is what it does until it has to wait for something, so the time is looked at only when its promise chain stands
 * still: a handler that signs a token does so several microtasks after its start.
 */
export class TurnQueue<Item> {
  private readonly items: Item[] = [];
  private started = 0;
  private running = false;
  private turnBeganAt: number | null = null;

  constructor(
    private readonly start: (item: Item) => void,
    /** Called once at the end of each turn in which something was started or asked for it. */
    private readonly endOfTurn: () => void,
    private readonly loop: EventLoop = nodeEventLoop,
  ) {}

  /** Items that wait for their start. */
  get waiting(): number {
    return this.items.length - this.started;
  }

  /** The item is started in this turn if there is time, else in one of the next. */
  add(item: Item): void {
    this.items.push(item);
    if (this.running) return;
    this.running = true;
    this.step();
  }

  /** Makes sure that the end of this turn will be noticed. */
  openTurn(): void {
    if (this.turnBeganAt !== null) return;
    this.turnBeganAt = this.loop.monotonicMs();
    this.loop.afterTurn(this.closeTurn);
  }

  private readonly step = (): void => {
    const item = this.items[this.started];
    if (item === undefined) {
      this.running = false;
      this.release();
      return;
    }
    this.openTurn();
    if (this.turnBeganAt !== null && this.loop.monotonicMs() - this.turnBeganAt >= SYNCHRONOUS_WORK_MS_MAX) return;
    this.started += 1;
    if (this.started >= STARTED_MAX) this.release();
    this.start(item);
    this.loop.afterMicrotasks(this.step);
  };

  private readonly closeTurn = (): void => {
    this.turnBeganAt = null;
    this.endOfTurn();
    if (this.waiting > 0) this.step();
  };

  private release(): void {
    this.items.splice(0, this.started);
    this.started = 0;
  }
}
