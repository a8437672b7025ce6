import { readFileSync } from 'node:fs';
import path from 'node:path';
import { explainedIds, requirementIds } from '../../tools/docs/requirement-ids.mjs';
import { repositoryFiles, ROOT } from './repository-files.js';

const explained = explainedIds(readFileSync(path.join(ROOT, 'docs/spec/requirements.md'), 'utf8'));

/** Where each id is named first, in code, tests, statements and documents. */
function namedIds(): ReadonlyMap<string, string> {
  const speaking = /\.(ts|mts|mjs|sql|prisma|md|yaml|yml)$/;
  const files = repositoryFiles().filter((file) => speaking.test(file) && file !== 'tests/docs/requirements.spec.ts');
  const named = new Map<string, string>();
  for (const file of files) {
    for (const id of requirementIds(readFileSync(path.join(ROOT, file), 'utf8'))) if (!named.has(id)) named.set(id, file);
  }
  return named;
}

describe('Ours: every requirement id that is named is explained', () => {
  it('in docs/spec/requirements.md (else add a row there)', () => {
    expect([...namedIds()].filter(([id]) => !explained.includes(id))).toEqual([]);
  });

  it('finds the ids the code is known to name', () => {
    expect([...namedIds().keys()]).toEqual(expect.arrayContaining(['CLI-2', 'KEY-4', 'I7']));
  });

  it('explains each once', () => {
    expect(explained.filter((id, index) => explained.indexOf(id) < index)).toEqual([]);
  });
});

describe('Ours: what counts as a requirement id', () => {
  it('is a known prefix with a number, an invariant or a fault', () => {
    expect([...requirementIds('(CLI-10, EDG-2) I7: F19 [K8S-8]')]).toEqual(['CLI-10', 'EDG-2', 'I7', 'F19', 'K8S-8']);
  });

  it('is no part of something else', () => {
    expect([...requirementIds('P-256 SHA-256 a=%F4%90 XCLI-2 GEN-1a V8.I18n kI7 F1 F100 RFC-12')]).toEqual([]);
  });

  it('would be missed on the page if its row went', () => {
    expect(explainedIds('| id | x |\n| CLI-2 | same |\n| I7 | none |\n')).toEqual(['CLI-2', 'I7']);
  });
});
