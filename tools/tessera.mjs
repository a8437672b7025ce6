#!/usr/bin/env node
// The command line from a clone: `npm run tessera -- <command>`. It builds nothing; `npm start` and `npm run build` do.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '..');
const program = path.join(root, 'apps/cli/dist/main.js');

if (existsSync(program)) {
  process.env.TESSERA_OPERATOR_FILE ??= path.join(root, '.data/operator.json');
  await import(pathToFileURL(program).href);
} else {
  process.stderr.write('tessera: the command line is not built; run npm start, or npm run build\n');
  process.exitCode = 2;
}
