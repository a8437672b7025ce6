#!/usr/bin/env node
/**
 * node tools/images/prune.mjs <out> [target ...]: writes what each image holds to <out>/<target>, from a built workspace: compiled
 * code, the packages that code imports, and a bill of materials (sbom.cdx.json, CycloneDX 1.5). Compilers, sources, types and
 * tests stay behind. The same workspace gives the same bytes and, with SOURCE_DATE_EPOCH, the same times.
 */
import fs from 'node:fs';
import path from 'node:path';
import { billOfMaterials } from './bill-of-materials.mjs';
import { importedPackages, packageClosure, workspaceClosure } from './packages.mjs';
import { TARGETS } from './targets.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What no program reads at run time. */
const LEFT_BEHIND = /\.(map|md|markdown|d\.[cm]?ts|[cm]?ts|tsbuildinfo|flow|gz|tgz)$|^(\.|README|CHANGELOG|HISTORY|Makefile|tsconfig)/i;
/** What a program reads, or a licence asks to be kept. */
const RUN = /\.(m?js|cjs|json|node|wasm|sql)$|^LICEN[CS]E/i;
/** Of a package its own top level only: deeper down code may be called anything. */
const LEFT_DIRECTORIES = /node_modules\/(@[^/]+\/)?[^/]+\/(test|tests|__tests__|docs?|examples?|bench|benchmarks?|typings|coverage)$/;
/** Of Prisma's runtime the one compiler of queries for PostgreSQL: each of the others is megabytes. */
const OTHER_DATABASES = /(query_compiler|query_engine).*\.(sqlite|mysql|sqlserver|cockroachdb)\./;
const PRISMA_UNUSED = /^@prisma\/client\/(scripts|generator-build)$|^@prisma\/client\/runtime\/(edge|react-native|index-browser|wasm-)[^/]*$/;

/** Writes the tree of one image. Returns `{ files, bytes }`. */
export function prune(target, directory, root = ROOT) {
  const { main, files, ops } = TARGETS[target];
  const app = main.startsWith('apps/') ? main.split('/').slice(0, 2).join('/') : null;
  const libraries = app === null ? [] : workspaceClosure(root, app);
  const code = [...(app === null ? [] : [app]), ...libraries];
  const compiled = app === null ? files.map((file) => path.join(root, file)) : code.map((one) => path.join(root, one, 'dist'));
  const external = importedPackages(compiled).filter((name) => !name.startsWith('@tessera/'));
  const packages = packageClosure(root, external);

  fs.rmSync(directory, { recursive: true, force: true });
  const copy = copier(root, directory);
  for (const project of code) {
    copy(`${project}/package.json`);
    copy(`${project}/dist`);
  }
  for (const library of libraries) link(directory, library);
  for (const at of packages.keys()) copy(path.relative(root, at), { isPackage: true });
  for (const file of files) copy(file);
  if (ops) copy('tools/images/health-check.mjs');
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  write(directory, 'package.json', { name: `tessera-${target}`, version: manifest.version, private: true, type: 'module' });
  write(directory, 'sbom.cdx.json', billOfMaterials({ name: `tessera-${target}`, version: manifest.version, packages }));
  return settle(directory);
}

function write(directory, name, value) {
  fs.writeFileSync(path.join(directory, name), `${JSON.stringify(value, null, 1)}\n`);
}

/** A library of the workspace is found by its name, and its files stand where they stand in the repository. */
function link(directory, library) {
  const at = path.join(directory, 'node_modules', '@tessera', path.basename(library));
  fs.mkdirSync(path.dirname(at), { recursive: true });
  fs.symlinkSync(path.join('..', '..', library), at);
}

function copier(root, directory) {
  const copy = (relative, { isPackage = false } = {}) => {
    const from = path.join(root, relative);
    if (!fs.statSync(from).isDirectory()) {
      const to = path.join(directory, relative);
      fs.mkdirSync(path.dirname(to), { recursive: true });
      fs.copyFileSync(from, to);
      return;
    }
    for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
      const inside = `${relative}/${entry.name}`;
      if (isLeftBehind(inside, entry, isPackage)) continue;
      copy(inside, { isPackage });
    }
  };
  return copy;
}

function isLeftBehind(relative, entry, isPackage) {
  if (isPackage && PRISMA_UNUSED.test(relative.replace(/^.*node_modules\//, ''))) return true;
  if (OTHER_DATABASES.test(entry.name)) return true;
  // A nested node_modules is copied as packages of its own, when something needs them.
  if (entry.isDirectory()) return isPackage && (entry.name === 'node_modules' || LEFT_DIRECTORIES.test(relative));
  return LEFT_BEHIND.test(entry.name) && !RUN.test(entry.name);
}

/** Fixed times and rights, so that a layer depends on what it holds only. */
function settle(directory) {
  const time = new Date(Number(process.env.SOURCE_DATE_EPOCH ?? 0) * 1000);
  let [files, bytes] = [0, 0];
  const visit = (at) => {
    const stat = fs.lstatSync(at);
    if (stat.isSymbolicLink()) return fs.lutimesSync(at, time, time);
    if (stat.isDirectory()) for (const name of fs.readdirSync(at)) visit(path.join(at, name));
    else {
      files += 1;
      bytes += stat.size;
    }
    fs.chmodSync(at, stat.isDirectory() ? 0o755 : 0o644);
    fs.utimesSync(at, time, time);
  };
  visit(directory);
  return { files, bytes };
}

if (process.argv[1] !== undefined && fs.realpathSync(process.argv[1]) === import.meta.filename) {
  const [out, ...wanted] = process.argv.slice(2);
  if (out === undefined || wanted.some((target) => !(target in TARGETS))) {
    console.error(`usage: prune.mjs <out> [target ...], with targets of ${Object.keys(TARGETS).join(', ')}`);
    process.exit(2);
  }
  for (const target of wanted.length === 0 ? Object.keys(TARGETS) : wanted) {
    const { files, bytes } = prune(target, path.resolve(out, target));
    console.log(`${target}: ${files} files, ${(bytes / 2 ** 20).toFixed(1)} MiB`);
  }
}
