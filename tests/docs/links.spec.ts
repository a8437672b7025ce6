import { readFileSync } from 'node:fs';
import path from 'node:path';
import { brokenReferences } from '../../tools/docs/references.mjs';
import { repositoryFiles, ROOT } from './repository-files.js';

function repository() {
  const files = repositoryFiles();
  const manifest: { scripts: Record<string, string> } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const documents = files.filter((file) => file === 'README.md' || /^(docs|k8s|tools)\/.*\.md$/.test(file));
  return {
    files: new Set(files),
    scripts: new Set(Object.keys(manifest.scripts)),
    documents: new Map(documents.map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')])),
  };
}

/** A small repository whose documents lead nowhere in every way the check knows. */
const planted = (page: string, others: Readonly<Record<string, string>> = {}) =>
  brokenReferences({
    files: new Set(['docs/page.md', 'docs/other.md', 'libs/tea/src/pot.ts', 'apps/kettle/main.ts', 'package.json']),
    scripts: new Set(['start', 'brew']),
    documents: new Map([['docs/page.md', page], ['docs/other.md', '# A title, and more\n'], ...Object.entries(others)]),
  });

describe('Ours: the documents lead somewhere', () => {
  it('has no link, path or script that does not exist', () => {
    expect(brokenReferences(repository())).toEqual([]);
  });

  it('looks at every page', () => {
    const pages = [...repository().documents.keys()];
    expect(pages).toEqual(expect.arrayContaining(['docs/README.md', 'docs/architecture.md', 'docs/decisions/README.md', 'docs/errors.md']));
  });

  it('lists every decision page in the index of decisions', () => {
    const { documents } = repository();
    const decisions = [...documents.keys()].filter((file) => /^docs\/decisions\/\d{4}-.*\.md$/.test(file));
    const index = documents.get('docs/decisions/README.md') ?? '';
    expect(decisions.filter((file) => !index.includes(`(${path.basename(file)})`))).toEqual([]);
  });
});

describe.each([
  ['a link to a missing file', '[x](missing.md)', 'missing.md', 'no such file'],
  ['a link to a missing heading', '[x](other.md#b-title)', 'other.md#b-title', 'no such heading'],
  ['a link to a missing heading of the page itself', '[x](#nowhere)', '#nowhere', 'no such heading'],
  ['a link out of the repository', '[x](../../etc/hosts)', '../../etc/hosts', 'leads out of the repository'],
  ['a reference definition to a missing file', '[x]: missing.md', 'missing.md', 'no such file'],
  ['a path that does not exist', 'see `libs/tea/src/cup.ts`', 'libs/tea/src/cup.ts', 'no such path'],
  ['a folder that does not exist', 'see `apps/oven/`', 'apps/oven/', 'no such path'],
  ['a path after a code span that goes over a line break', 'run `tea\nhot` and see `libs/tea/src/cup.ts`', 'libs/tea/src/cup.ts', 'no such path'],
  ['a pattern that matches nothing', 'see `libs/<name>/src/*.sql`', 'libs/<name>/src/*.sql', 'nothing matches'],
  ['a script that does not exist', '```sh\nnpm run fry\n```', 'npm run fry', 'package.json has no such script'],
  ['a test script where there is none', 'run `npm test`', 'npm test', 'package.json has no such script'],
])('Ours: the check of the documents catches %s', (_what, page, reference, problem) => {
  it('names the document, the reference and the problem', () => {
    expect(planted(page)).toEqual([{ document: 'docs/page.md', reference, problem }]);
  });
});

describe.each([
  ['a link to a file and to a heading', '[x](other.md), [y](other.md#a-title-and-more), [z](../libs/tea/src/pot.ts)'],
  ['a link to another site', '[x](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)'],
  ['a path, a folder and a pattern that exist', '`libs/tea/src/pot.ts`, `libs/tea`, `libs/tea/`, `libs/<name>/src/*.ts`, `libs/**/pot.ts`, `apps/**`'],
  ['a path inside a code fence, which is an example', '```ts\nimport `libs/tea/src/cup.ts`\n```'],
  ['code that is no path of ours', '`application/json`, `tools`, `libs/ and more`'],
  ['scripts that exist', '`npm start`, `npm run brew -- --hot`'],
])('Ours: the check of the documents lets pass %s', (_what, page) => {
  it('finds nothing', () => {
    expect(planted(page)).toEqual([]);
  });
});
