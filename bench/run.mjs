// `npm run bench`. Like the launcher it runs before anything is installed.
import { debugStack, failureLine } from '../tools/launcher/failure.mjs';
import { requireNode } from '../tools/launcher/requirements.mjs';

try {
  requireNode();
  const { installDependencies } = await import('../tools/launcher/installation.mjs');
  await installDependencies(new URL('..', import.meta.url).pathname.replace(/\/$/, ''));
  const { bench } = await import('./bench.mjs');
  process.exit(await bench(process.argv.slice(2)));
} catch (error) {
  console.error(`\nThe bench does not run: ${failureLine(error)}`);
  const stack = debugStack(error);
  if (stack) console.error(stack);
  process.exit(1);
}
