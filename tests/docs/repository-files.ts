import { readdirSync } from 'node:fs';
import path from 'node:path';

/** The root of the repository. */
export const ROOT = path.resolve(import.meta.dirname, '../..');

/** What is installed, built or made at run time, and so no part of a clone; git itself may be absent where tests run. */
const NOT_CLONED = new Set(['node_modules', 'dist', 'generated', 'coverage', '.git', '.nx', '.data', '.mb']);

/** Every file of the repository, as a path from its root. */
export function repositoryFiles(folder = ''): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => !NOT_CLONED.has(entry.name))
    .flatMap((entry) => {
      const name = path.posix.join(folder, entry.name);
      return entry.isDirectory() ? repositoryFiles(name) : [name];
    });
}
