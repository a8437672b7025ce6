import { readFileSync } from 'node:fs';
import type { Metrics } from '@tessera/observability';

/** `src` and `dist` lie at the same depth, in the repository and in an image, so one path serves all. */
const MANIFEST = new URL('../../../package.json', import.meta.url);

/** Tells which release runs, and on which Node.js: `build_info`, always 1. The release. */
export function measureRelease(metrics: Metrics): string {
  const version = releaseOf(readFileSync(MANIFEST, 'utf8'));
  metrics.gauge('build_info', '1; the release that runs, and its Node.js.', ['version', 'node']).set({ version, node: process.version }, 1);
  return version;
}

function releaseOf(manifest: string): string {
  const parsed: unknown = JSON.parse(manifest);
  const version = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return typeof version === 'string' ? version : 'unknown';
}
