// Writes docs/errors.md from the built reason catalogue. Run after `npm run build`.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { REASONS, specificationOf, statusOf } from '@tessera/vocabulary';
import { errorsPage } from './errors-page.mjs';

const page = path.join(import.meta.dirname, '../../docs/errors.md');
writeFileSync(page, errorsPage(REASONS, statusOf, specificationOf));
process.stdout.write(`${path.relative(process.cwd(), page)}: ${Object.keys(REASONS).length} reasons\n`);
