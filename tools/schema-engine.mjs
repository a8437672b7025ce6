#!/usr/bin/env node
/**
 * Stands in for Prisma's native schema engine, which is a download. `generate`, `validate` and `format` only look whether it
 * is there; `migrate diff` between the schema files and an existing database is answered by the engine compiled to
 * WebAssembly that npm delivers. Nothing here changes a database: migrations are written by hand and applied by
 * tools/migrate.
 *
 * The protocol is JSON-RPC, one message a line, on standard input and output.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const NOT_OFFERED = 'not offered without the native engine: migrations are applied by tools/migrate/migrate.mjs';
const METHODS = { diff: (engine, params) => engine.diff(params), getDatabaseVersion: (engine) => engine.version() };
/** The catalogue's type `"char"`, unknown to the adapter; `text`, which reads the same; and the engine's name for a character. */
const [CATALOGUE_CHAR, TEXT, CHARACTER] = [18, 25, 6];

// Without it the engine cannot say why it gave up.
globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (text) => process.stderr.write(`${text}\n`) };

if (process.argv.includes('--version')) {
  console.log('schema-engine (WebAssembly)');
} else if (process.argv.includes('cli')) {
  // Asked first by commands that would change a database; they are told why not when they go on.
  process.exit(0);
} else {
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line);
    if (method !== undefined) await answer(id, method, params);
  }
  process.exit(0);
}

async function answer(id, method, params) {
  try {
    const ask = METHODS[method];
    if (ask === undefined) throw new Error(NOT_OFFERED);
    const result = await ask(await engine(), params);
    if (typeof result?.stdout === 'string') send({ id: 0, method: 'print', params: { content: result.stdout } });
    send({ id, result });
  } catch (error) {
    const data = { is_panic: false, message: String(error?.message ?? error), ...(error?.code ? { error_code: error.code } : { backtrace: '' }) };
    send({ id, error: { code: 4466, message: 'The request failed.', data } });
  }
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

async function engine() {
  const { bindMigrationAwareSqlAdapterFactory } = require('@prisma/driver-adapter-utils');
  const { SchemaEngine } = await compiledEngine();
  return SchemaEngine.new({}, () => {}, bindMigrationAwareSqlAdapterFactory(adapter()));
}

/** The adapter of the product, taught the catalogue's one-character columns. One connection, so answers come in order. */
function adapter() {
  const pg = require('pg');
  const { PrismaPg } = require('@prisma/adapter-pg');
  let characters = [];
  class CataloguePool extends pg.Pool {
    async query(...given) {
      const result = await super.query(...given);
      characters = (result.fields ?? []).flatMap((field, column) => (field.dataTypeID === CATALOGUE_CHAR ? [column] : []));
      for (const column of characters) result.fields[column].dataTypeID = TEXT;
      return result;
    }
  }
  const flag = process.argv.indexOf('--datasource');
  const { url } = flag < 0 ? {} : JSON.parse(process.argv[flag + 1]);
  const factory = new PrismaPg(new CataloguePool({ connectionString: url, max: 1 }));
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const connection = await connect();
    const queryRaw = connection.queryRaw.bind(connection);
    connection.queryRaw = async (query) => {
      const rows = await queryRaw(query);
      for (const column of characters) rows.columnTypes[column] = CHARACTER;
      return rows;
    };
    return connection;
  };
  return factory;
}

/** The package's own entry imports the `.wasm` file, which Node.js does not do without a flag: the same by hand. */
async function compiledEngine() {
  const glueFile = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const glue = await import(pathToFileURL(glueFile).href);
  const bytes = readFileSync(glueFile.replace(/\.js$/, '.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return glue;
}
