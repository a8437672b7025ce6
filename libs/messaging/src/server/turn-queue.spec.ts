import { type EventLoop, TurnQueue } from './turn-queue.js';

/** An event loop one can step through: time passes only when an item works. */
class SteppedLoop implements EventLoop {
  nowMs = 0;
  turns = 0;
  private readonly afterThisTurn: (() => void)[] = [];
  private readonly soon: (() => void)[] = [];

  monotonicMs(): number {
    return this.nowMs;
  }

  afterTurn(callback: () => void): void {
    this.afterThisTurn.push(callback);
  }

  afterMicrotasks(callback: () => void): void {
    this.soon.push(callback);
  }

  /** Runs one turn to its end. */
  turn(): void {
    this.settle();
    this.turns += 1;
    for (const callback of this.afterThisTurn.splice(0)) {
      callback();
      this.settle();
    }
  }

  settle(): void {
    for (let next = this.soon.shift(); next !== undefined; next = this.soon.shift()) next();
  }
}

function queueOf(workMs: (item: number) => number) {
  const loop = new SteppedLoop();
  const started: { item: number; turn: number }[] = [];
  let ends = 0;
  const queue = new TurnQueue<number>(
    (item) => {
      started.push({ item, turn: loop.turns });
      loop.nowMs += workMs(item);
    },
    () => (ends += 1),
    loop,
  );
  return { loop, queue, started, ends: () => ends };
}

describe('Ours: decision 12, a server starts each item on arrival and yields after 2 ms of synchronous work', () => {
  it('starts an item at once', () => {
    const { queue, started } = queueOf(() => 0);
    queue.add(1);
    expect(started).toEqual([{ item: 1, turn: 0 }]);
  });

  it('starts everything in one turn, in order, while that takes less than 2 ms', () => {
    const { loop, queue, started } = queueOf(() => 0.05);
    for (let item = 0; item < 32; item += 1) queue.add(item);
    loop.turn();
    expect(started.map(({ item }) => item)).toEqual(Array.from({ length: 32 }, (_, item) => item));
    expect(new Set(started.map(({ turn }) => turn))).toEqual(new Set([0]));
  });

  it('MUST NOT start another item in a turn that has taken 2 ms', () => {
    const { loop, queue, started } = queueOf(() => 1);
    for (let item = 0; item < 6; item += 1) queue.add(item);
    for (let turn = 0; turn < 4; turn += 1) loop.turn();
    expect(started.map(({ turn }) => turn)).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('counts the work of frames that arrive in the same turn together', () => {
    const { loop, queue, started } = queueOf(() => 1.5);
    queue.add(1);
    loop.settle();
    queue.add(2);
    loop.settle();
    queue.add(3);
    loop.settle();
    expect(started.map(({ item }) => item)).toEqual([1, 2]);
    loop.turn();
    expect(started.map(({ item }) => item)).toEqual([1, 2, 3]);
  });

  it('counts what a promise chain does after the start of its item', () => {
    const loop = new SteppedLoop();
    const started: number[] = [];
    const queue = new TurnQueue<number>(
      (item) => {
        started.push(item);
        loop.afterMicrotasks(() => (loop.nowMs += 5));
      },
      () => {},
      loop,
    );
    queue.add(1);
    queue.add(2);
    loop.settle();
    expect(started).toEqual([1]);
  });

  it('tells the end of each turn once, also when nothing was started', () => {
    const { loop, queue, ends } = queueOf(() => 0);
    queue.add(1);
    queue.add(2);
    queue.openTurn();
    loop.turn();
    expect(ends()).toBe(1);
    queue.openTurn();
    loop.turn();
    expect(ends()).toBe(2);
  });

  it('keeps no slot of what it has started', () => {
    const { loop, queue } = queueOf(() => 0.01);
    for (let item = 0; item < 5_000; item += 1) queue.add(item);
    for (let turn = 0; turn < 100; turn += 1) loop.turn();
    expect(queue.waiting).toBe(0);
  });
});
