import { LaunchFailure } from './failure.mjs';

/** The oldest Node.js the product runs on, as package.json's `engines` has it. */
export const NODE_MINIMUM = [20, 19];

/** Stops with one line on a Node.js that is too old to run the product. */
export function requireNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor >= NODE_MINIMUM[1])) return;
  throw new LaunchFailure(
    `Node.js ${version} is too old: install ${NODE_MINIMUM.join('.')} or newer (https://nodejs.org) and start again.`,
  );
}
