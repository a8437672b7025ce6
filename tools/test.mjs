// `npm test` and `npm run test:faults`. Like start.mjs it runs before anything is installed.
import { debugStack, failureLine } from './launcher/failure.mjs';
import { requireNode } from './launcher/requirements.mjs';

try {
  requireNode();
  const { testRun } = await import('./test-run/test-run.mjs');
  process.exit(await testRun(process.argv.slice(2)));
} catch (error) {
  console.error(`\nThe tests do not run: ${failureLine(error)}`);
  const stack = debugStack(error);
  if (stack) console.error(stack);
  process.exit(1);
}
