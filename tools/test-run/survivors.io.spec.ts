import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { MARK, survivors } from './survivors.mjs';

const sleeper = (mark: string) => spawn('sleep', ['60'], { detached: true, env: { PATH: process.env['PATH'], [MARK]: mark } });

describe('Ours: a test run leaves nothing running', () => {
  it('a process with the mark of the run is found, whatever started it, and no other', async () => {
    const run = `spec-${process.pid}`;
    const [ours, foreign] = [sleeper(run), sleeper(`${run}0`)] as const;
    await Promise.all([once(ours, 'spawn'), once(foreign, 'spawn')]);
    expect(survivors(run)).toEqual([{ pid: ours.pid, command: 'sleep 60' }]);
    for (const child of [ours, foreign]) {
      child.kill();
      await once(child, 'exit');
    }
    expect(survivors(run)).toEqual([]);
  });
});
