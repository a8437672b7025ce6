import fs from 'node:fs';
import path from 'node:path';

/** A directory only its owner may list. */
export function privateDirectory(directory) {
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

/** Writes a file that only its owner may read, whole or not at all. */
export function writePrivately(file, text) {
  const draft = `${file}.${process.pid}.new`;
  fs.writeFileSync(draft, text, { mode: 0o600 });
  fs.renameSync(draft, file);
}

/** The content of a private file; made on first use and kept from then on. */
export function keepPrivately(file, make) {
  const kept = readText(file);
  if (kept !== null) return kept;
  privateDirectory(path.dirname(file));
  const text = make();
  writePrivately(file, text);
  return text;
}

/** The content of a file, or null when there is none. */
export function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/** A JSON file, or the given value when there is none or a crash left half of it. */
export function readJson(file, otherwise) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return otherwise;
  }
}
