import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const GENERATOR = fileURLToPath(new URL('generator.mjs', import.meta.url));

/**
 * Runs one job in a generator process. `around(go)` is called when the warm-up is over: it looks at the machine, awaits `go()`, which
 * is the measured stretch, and looks again; its answer is returned beside the figures.
 */
export function runLoad(job, around) {
  const child = fork(GENERATOR, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    let finish;
    const measured = new Promise((done) => (finish = done));
    let observed;
    child.on('message', (message) => {
      if (message.kind === 'measuring') {
        observed = around(() => {
          child.send('go');
          return measured;
        });
        observed.catch(reject);
      }
      if (message.kind === 'done') {
        finish();
        Promise.resolve(observed).then((observation) => resolve({ ...message.figures, observation }), reject);
      }
      if (message.kind === 'failed') reject(new Error(`the load generator stopped: ${message.message}`));
    });
    child.once('error', reject);
    child.once('exit', (code) => code && reject(new Error(`the load generator ended with status ${code}`)));
    child.send(job);
  });
}
