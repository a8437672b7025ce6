// Writes the generated documents, docs/errors.md and docs/asyncapi.json, from what was built: npm run build
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { EVENT_CONTRACTS, REQUEST_CONTRACTS, TEAM_REQUEST_CONTRACTS } from '@tessera/contracts';
import { REASONS, specificationOf, statusOf } from '@tessera/vocabulary';
import { asyncApi, printed } from './asyncapi.mjs';
import { errorsPage } from './errors-page.mjs';
import { schemaOf } from './json-schema.mjs';

const DOCS = path.join(import.meta.dirname, '../../docs');

function write(name, text, what) {
  const file = path.join(DOCS, name);
  writeFileSync(file, text);
  process.stdout.write(`${path.relative(process.cwd(), file)}: ${what}\n`);
}

write('errors.md', errorsPage(REASONS, statusOf, specificationOf), `${Object.keys(REASONS).length} reasons`);
const document = asyncApi({ requests: REQUEST_CONTRACTS, teamRequests: TEAM_REQUEST_CONTRACTS, events: EVENT_CONTRACTS, schemaOf });
write('asyncapi.json', `${printed(document)}\n`, `${REQUEST_CONTRACTS.length} requests, ${EVENT_CONTRACTS.length} events`);
