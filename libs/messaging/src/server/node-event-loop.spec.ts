import { nodeEventLoop, TurnQueue } from './turn-queue.js';

describe('Ours: decision 12, on the real event loop', () => {
  it('starts an item only when the promise chain of the one before stands still', async () => {
    const story: string[] = [];
    await new Promise<void>((done) => {
      const queue = new TurnQueue<string>(
        (item) => void work(item),
        () => {},
        nodeEventLoop,
      );
      const work = async (item: string): Promise<void> => {
        story.push(`${item} started`);
        for (let hop = 0; hop < 20; hop += 1) await null;
        story.push(`${item} worked`);
        if (item === 'b') done();
      };
      queue.add('a');
      queue.add('b');
    });
    expect(story).toEqual(['a started', 'a worked', 'b started', 'b worked']);
  });

  it('does not wait for an item that waits for something else', async () => {
    const story: string[] = [];
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await new Promise<void>((done) => {
      const queue = new TurnQueue<string>((item) => {
        story.push(item);
        if (item === 'b') done();
        void held.then(() => story.push('late'));
      }, () => {});
      queue.add('a');
      queue.add('b');
    });
    expect(story).toEqual(['a', 'b']);
    release();
  });

  it('lets timers and sockets have their turn between items that work for long', async () => {
    const story: string[] = [];
    await new Promise<void>((done) => {
      const queue = new TurnQueue<number>((item) => {
        const until = performance.now() + 3;
        while (performance.now() < until);
        story.push(`item ${item}`);
        if (item === 3) done();
      }, () => {});
      setTimeout(() => story.push('timer'), 0);
      for (const item of [1, 2, 3]) queue.add(item);
    });
    expect(story.indexOf('timer')).toBeGreaterThan(-1);
    expect(story.indexOf('timer')).toBeLessThan(story.indexOf('item 3'));
  });
});
