import { readFileSync } from 'node:fs';
import path from 'node:path';
import { explainedIds, requirementIds } from '../../tools/docs/requirement-ids.mjs';
import { repositoryFiles, ROOT } from './repository-files.js';

/** The groups whose every requirement has a test with its id in the title. */
const PROVEN = /^(CLI|REG|LOG|OUT|RED)-\d+$|^F(06|09|10|15)$/;

/** A title stands after `describe(` or `it(`, or after the table of `each`. */
const TITLE = /(?:\b(?:describe|it)(?:\.each(?:<[^>\n]*>+)?\([^\n]*?\))?|^\s*\](?: as [^\n]*?)?\))\((['"`])(?<title>.*?)\1,/gm;

/** The titles of tests in a spec file. */
function titlesOf(text: string): readonly string[] {
  return [...text.matchAll(TITLE)].map(({ groups }) => groups?.['title'] ?? '');
}

describe('Ours: what is required is proven by a test that says so', () => {
  it('client authentication, registration, logout, outbound calls, Redis and the faults of deliveries: each id is in a title', () => {
    const specs = repositoryFiles().filter((file) => file.endsWith('.spec.ts') && !file.startsWith('tests/docs/'));
    const named = new Set(specs.flatMap((file) => titlesOf(readFileSync(path.join(ROOT, file), 'utf8')).flatMap((title) => [...requirementIds(title)])));
    const required = explainedIds(readFileSync(path.join(ROOT, 'docs/spec/requirements.md'), 'utf8')).filter((id) => PROVEN.test(id));
    expect(required).toEqual(expect.arrayContaining(['CLI-1', 'CLI-10', 'REG-8', 'LOG-5', 'OUT-6', 'RED-5', 'F15']));
    expect(required.filter((id) => !named.has(id))).toEqual([]);
  });

  it('finds titles as they are written', () => {
    const text = [
      "describe('LOG-1 one', () => {",
      "  it.each(CASES)('LOG-2 two %s', async () => {",
      "  it.each<[string, string]>([",
      "    ['OUT-1', 'x'],",
      "  ])('LOG-3 three', () => {",
      "  ] as const)(`LOG-4 four`, () => {",
      "    expect(f('REG-1')).toBe('REG-2');",
    ].join('\n');
    expect(titlesOf(text)).toEqual(['LOG-1 one', 'LOG-2 two %s', 'LOG-3 three', 'LOG-4 four']);
  });
});
