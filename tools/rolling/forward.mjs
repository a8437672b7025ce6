#!/usr/bin/env node
// Makes this tree the release before: node tools/rolling/forward.mjs, on the commit that was released, after `npm run build`.
// Starts a PostgreSQL of its own to read the schema from.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EVENT_CONTRACTS, REQUEST_CONTRACTS } from '@tessera/contracts';
import { startPostgres } from '../../libs/testing/dist/index.js';
import pg from 'pg';
import { printed } from '../docs/asyncapi.mjs';
import { schemaOf } from '../docs/json-schema.mjs';
import { contractsRecord } from './contracts.mjs';
import { migrationsRecord, PREVIOUS, statementsRecord } from './release-record.mjs';
import { schemaRecord } from './schema.mjs';

function write(name, record) {
  writeFileSync(path.join(PREVIOUS, `${name}.json`), `${printed(record)}\n`);
  process.stdout.write(`tests/rolling/previous/${name}.json\n`);
}

async function presentSchema() {
  const postgres = await startPostgres();
  try {
    const database = await postgres.createDatabase();
    const client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
    const record = await schemaRecord(async (text) => (await client.query(text)).rows);
    await client.end();
    await database.drop();
    return record;
  } finally {
    await postgres.stop();
  }
}

mkdirSync(PREVIOUS, { recursive: true });
write('contracts', contractsRecord({ requests: REQUEST_CONTRACTS, events: EVENT_CONTRACTS, schemaOf }));
write('migrations', migrationsRecord());
write('statements', statementsRecord());
write('schema', await presentSchema());
// What was let pass was let pass for one release.
writeFileSync(path.join(PREVIOUS, '../tolerated.json'), '{}\n');
