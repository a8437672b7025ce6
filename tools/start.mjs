// `npm start`. This file runs before anything is installed and on a Node.js that may be too old, so it imports nothing but what
// can say so in one line.
import { failureLine, debugStack } from './launcher/failure.mjs';
import { requireNode } from './launcher/requirements.mjs';

try {
  requireNode();
  const { launch } = await import('./launcher/launch.mjs');
  await launch(process.argv.slice(2));
} catch (error) {
  console.error(`\nTessera does not start: ${failureLine(error)}`);
  const stack = debugStack(error);
  if (stack) console.error(stack);
  process.exit(error?.exitCode ?? 1);
}
