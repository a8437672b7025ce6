import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Renders a kustomization with what `npm test` found: TESSERA_KUSTOMIZE holds the words of the command. */
export function render(directory: string): string {
  const [program, ...args] = (process.env['TESSERA_KUSTOMIZE'] ?? 'kubectl kustomize').split(' ');
  return execFileSync(program ?? 'kubectl', [...args, path.resolve(directory)], { encoding: 'utf8', maxBuffer: 32 * 2 ** 20, stdio: ['ignore', 'pipe', 'pipe'] });
}
