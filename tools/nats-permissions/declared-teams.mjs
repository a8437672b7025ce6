import fs from 'node:fs';
import path from 'node:path';

/**
 * The teams that declaration files name, as nats-server has to know them (decision 42): `{ name, nkeys, rights }`. Nkeys stand in the
 * file, or where it says they are. What is wrong with an entry is `tessera apply`'s to say; here it is an error with the file's name.
 */
export async function declaredTeams(files, env = process.env) {
  const { parse } = await import('yaml');
  return files.flatMap((file) => {
    const { teams } = parse(fs.readFileSync(file, 'utf8')) ?? {};
    return (teams ?? []).map(({ name, nkeys, rights }) => ({ name, rights: rights ?? [], nkeys: nkeysOf(nkeys, { file, name, env }) }));
  });
}

function nkeysOf(written, { file, name, env }) {
  if (Array.isArray(written)) return written;
  const { from_environment: variable, from_file: place } = written ?? {};
  const set = variable === undefined ? '' : (env[variable] ?? '').trim();
  const text = set === '' && place !== undefined ? fs.readFileSync(path.resolve(path.dirname(file), place), 'utf8').trim() : set;
  if (text === '') throw new Error(`${file}: the nkeys of the team ${name} are not there: write them as a list, or set ${variable ?? 'from_environment'}`);
  return text.split(/\s+/);
}
