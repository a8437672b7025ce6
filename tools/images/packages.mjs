import fs from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';

const OURS = '@tessera/';
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"])([^'"\n]+)\1/g;
const PACKAGE = /^(@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*(?=\/|$)/;

/** Compiled files of a directory, deep. */
export function* compiledFiles(directory) {
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) yield* compiledFiles(file);
    else if (/\.m?js$/.test(entry.name)) yield file;
  }
}

/** The package a specifier names, or null for a relative path, a module of Node.js and what is no specifier. */
export function packageOf(specifier) {
  return isBuiltin(specifier) ? null : (PACKAGE.exec(specifier)?.[0] ?? null);
}

/** The packages that the compiled files of these directories name in their imports. */
export function importedPackages(directories) {
  const names = new Set();
  for (const directory of directories)
    for (const file of compiledFiles(directory))
      for (const [, , specifier] of fs.readFileSync(file, 'utf8').matchAll(IMPORT)) {
        const name = packageOf(specifier);
        if (name !== null) names.add(name);
      }
  return [...names].sort();
}

/** The workspace libraries a project needs, itself not included, deep, by the dependencies its package.json declares. */
export function workspaceClosure(root, project) {
  const seen = new Set();
  const visit = (directory) => {
    for (const name of Object.keys(manifest(path.join(root, directory)).dependencies ?? {})) {
      if (!name.startsWith(OURS)) continue;
      const library = `libs/${name.slice(OURS.length)}`;
      if (seen.has(library)) continue;
      seen.add(library);
      visit(library);
    }
  };
  visit(project);
  return [...seen].sort();
}

/**
 * The directories below node_modules that these packages need, deep: dependencies, optional ones that are installed, and peers that
 * are not optional. A nested copy is found where Node.js would find it.
 */
export function packageClosure(root, names) {
  const found = new Map();
  const visit = (name, from, required) => {
    const directory = locate(root, name, from);
    if (directory === null) {
      if (required) throw new Error(`${name}, which ${path.relative(root, from) || 'the workspace'} needs, is not installed: run npm ci`);
      return;
    }
    if (found.has(directory)) return;
    const own = manifest(directory);
    found.set(directory, { name, version: own.version, license: licenseOf(own) });
    for (const wanted of Object.keys(own.dependencies ?? {})) visit(wanted, directory, !(wanted in (own.optionalDependencies ?? {})));
    for (const wanted of Object.keys(own.optionalDependencies ?? {})) visit(wanted, directory, false);
    for (const wanted of Object.keys(own.peerDependencies ?? {}))
      if (!own.peerDependenciesMeta?.[wanted]?.optional) visit(wanted, directory, false);
  };
  for (const name of names) visit(name, root, true);
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function locate(root, name, from) {
  for (let at = from; at.startsWith(root); at = path.dirname(at)) {
    const candidate = path.join(at, 'node_modules', name);
    if (fs.existsSync(path.join(candidate, 'package.json'))) return candidate;
  }
  return null;
}

function manifest(directory) {
  return JSON.parse(fs.readFileSync(path.join(directory, 'package.json'), 'utf8'));
}

function licenseOf({ license }) {
  return typeof license === 'string' ? license : (license?.type ?? null);
}
