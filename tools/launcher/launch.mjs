import path from 'node:path';
import { plainLine } from './services.mjs';
import { HELP, parseOptions } from './options.mjs';
import { startPage } from './page.mjs';
import { whenNpmEnds } from './parent.mjs';
import { Progress } from './progress.mjs';
import { Stack, WORKSPACE } from './stack.mjs';

/** Not SIGHUP: under nohup it is to be ignored, and without it the end of the terminal ends the launcher and the warden the rest. */
const SIGNALS = ['SIGINT', 'SIGTERM'];

/** `npm start`: starts the system, prints the page, and stops everything at Ctrl-C. */
export async function launch(args, env = process.env) {
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const dataDir = path.resolve(WORKSPACE, env.TESSERA_DATA_DIR || '.data');
  const stack = new Stack({
    ...options,
    dataDir,
    infrastructure: 'environment',
    durable: true,
    playground: true,
    progress: new Progress(),
    onDeath: reportDeath,
  });
  stopAtSignals(stack);
  const started = performance.now();
  console.log('Tessera starts.');
  try {
    await stack.open();
  } catch (error) {
    if (stack.stopping) return;
    await stack.stop();
    throw error;
  }
  console.log(startPage(stack, (performance.now() - started) / 1000));
}

/** The first signal stops everything in order, a second one at once. */
function stopAtSignals(stack) {
  let asked = 0;
  const stop = async (signal) => {
    asked += 1;
    if (asked > 1) return stack.killAll();
    console.log(`\nStopping (${signal}); once more to stop at once.`);
    await stack.stop();
    console.log('Stopped.');
    process.exit(0);
  };
  for (const signal of SIGNALS) process.on(signal, () => void stop(signal));
  whenNpmEnds(() => void stop('npm ended'));
}

/** One block that says which service died, how, and its last words. */
function reportDeath(service, { code, signal }) {
  const how = signal ? `was ended by ${signal}` : `ended with status ${code}`;
  const lines = service.logs().map((line) => `  | ${plainLine(line)}`);
  console.error(
    `\n${service.name} ${how}. Its last lines (${service.logFile}):\n${lines.join('\n')}\nThe others go on. Start anew with Ctrl-C and npm start.\n`,
  );
}
